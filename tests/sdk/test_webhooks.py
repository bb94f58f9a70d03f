"""Webhooks, received as their receivers do: signatures are checked by the specification's own library, and by another one
for public keys, which that does not know."""

import base64
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import requests
from conftest import running
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from standardwebhooks import Webhook, WebhookVerificationError

BOUND = 60


@pytest.fixture(scope="module")
def server(store):
    yield from running(store, WEBHOOKS__ALLOWED_NETWORKS="127.0.0.0/8")


@pytest.fixture
def call(server):
    """Calls an operation as the first administrator."""

    def send(method, path, body=None):
        headers = {"Argus-API-Key": server.first["apiKey"]}
        answer = requests.request(method, f"{server.url}/audit/v1{path}", json=body, headers=headers, timeout=BOUND)
        assert answer.status_code in (200, 201), answer.text
        return answer.json()["data"]

    return send


class Receiver:
    """Takes every message."""

    def __init__(self):
        self.messages = []
        self.came = threading.Condition()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                with outer.came:
                    outer.messages.append((dict(self.headers), body))
                    outer.came.notify_all()
                self.send_response(204)
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}/in"

    def wait(self, number):
        with self.came:
            assert self.came.wait_for(lambda: len(self.messages) >= number, BOUND), f"{len(self.messages)} of {number}"
            return list(self.messages)


@pytest.fixture
def receiver():
    receiver = Receiver()
    yield receiver
    receiver.server.shutdown()
    receiver.server.server_close()


def subscribe(call, receiver, **more):
    body = {"name": "mine", "url": receiver.url, "events": ["audit.log.created"], **more}
    return call("POST", "/subscription", body)


def check_pair(public_key, headers, body):
    """The scheme `v1a` of the specification, by hand."""
    key = Ed25519PublicKey.from_public_bytes(base64.b64decode(public_key.removeprefix("whpk_")))
    content = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    for signature in headers["webhook-signature"].split(" "):
        scheme, _, text = signature.partition(",")
        if scheme == "v1a":
            try:
                return key.verify(base64.b64decode(text), content)
            except InvalidSignature:
                continue
    raise InvalidSignature


def test_the_library_of_the_specification_believes_messages(call, receiver):
    made = subscribe(call, receiver)
    sent = [call("POST", "/event", {"action": "created", "description": f"Grüße {number} ✓"}) for number in range(5)]
    received = receiver.wait(5)
    for event, (headers, body) in zip(sent, received, strict=True):
        message = Webhook(made["secret"]).verify(body, headers)
        assert message["type"] == "audit.log.created"
        receipt = event.pop("receipt")
        assert receipt["leafIndex"] == event["sequence"]
        assert message["data"] == call("GET", f"/event/{event['id']}") == event
    headers, body = received[0]
    with pytest.raises(WebhookVerificationError):
        Webhook(made["secret"]).verify(body + b" ", headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(made["secret"]).verify(body, {**headers, "webhook-id": received[1][0]["webhook-id"]})


def test_both_secrets_are_believed_while_one_replaces_the_other(call, receiver):
    made = subscribe(call, receiver)
    renewed = call("POST", f"/subscription/{made['id']}/secret", {"graceSeconds": 600})
    call("POST", "/event", {"action": "created"})
    headers, body = receiver.wait(1)[0]
    for secret in (made["secret"], renewed["secret"]):
        Webhook(secret).verify(body, headers)
    last = call("POST", f"/subscription/{made['id']}/secret", {"graceSeconds": 0})
    call("POST", "/event", {"action": "created"})
    headers, body = receiver.wait(2)[1]
    Webhook(last["secret"]).verify(body, headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(renewed["secret"]).verify(body, headers)


def test_a_public_key_is_enough(call, receiver):
    made = subscribe(call, receiver, signature="ED25519")
    renewed = call("POST", f"/subscription/{made['id']}/secret", {"graceSeconds": 600})
    call("POST", "/event", {"action": "created"})
    headers, body = receiver.wait(1)[0]
    for known in (made, renewed):
        check_pair(known["publicKey"], headers, body)
    with pytest.raises(InvalidSignature):
        check_pair(made["publicKey"], headers, body + b" ")
    assert json.loads(body)["type"] == "audit.log.created"
