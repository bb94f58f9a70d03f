"""Signed requests: the client calls what it is given for each of them, and sends the header that it gets."""

import pytest
from argus_api.exceptions.http import (
    AccessDeniedException,
    AuthenticationFailedException,
    ObjectNotFoundException,
)
from argus_api.lib.authentication.v1 import apikey, session, signature
from argus_api.lib.authentication.v1.user import user as administration
from argus_api.lib.useradmin.v2 import user
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.serialization import load_der_public_key, load_pem_private_key

from harness.people import anonymous, unique
from harness.signing import Signer, new_ec, new_rsa, pem


def template(refused) -> str:
    return refused.value.parsed_resp["messages"][0]["messageTemplate"]


def who(by, **options):
    return session.get_session(api_session=by, **options)["data"]


@pytest.fixture
def signing(person):
    """Makes somebody who may sign."""
    return lambda *functions: person(*functions, methods=["password", "signature", "apikey"])


def made_by_server(admin, anna, **request) -> Signer:
    made = administration.create_and_download_private_key(anna.name, api_session=admin, **request)["data"]
    assert made["keyIdentifier"] == f"{anna.server.domain}/{anna.name}/{made['keyID']}"
    return Signer(made["keyIdentifier"], load_pem_private_key(made["privateKey"].encode(), None))


def test_a_key_made_by_the_server(argus, admin, signing):
    anna = signing("createUser", "viewUsers")
    sign = made_by_server(admin, anna, name="nightly", validDays=2, validSources=["127.0.0.1"])
    nobody = anonymous(argus)
    data = who(nobody, authentication=sign)
    assert (data["userID"], data["authenticationMethod"], data["securityLevel"]) == (anna.id, "SIGNATURE", "DEFAULT")
    assert sign.urls == [f"{argus.url}/authentication/v1/session"], "the URL without its query"
    # Each request is signed anew: with a query, with a body, with a path of a name.
    name = unique("made")
    user.add_user("root", "Signed", name, api_session=nobody, authentication=sign)
    listed = user.list_users(keywords=[name], sortBy=["id", "-name"], api_session=nobody, authentication=sign)
    assert [it["shortName"] for it in listed["data"]] == [name]
    created_by = user.get_user(name, api_session=nobody, authentication=sign)["data"]["createdByUser"]
    assert created_by["id"] == anna.id
    # Its level is enough for keys, which an API key's is not.
    assert apikey.list_api_keys(api_session=nobody, authentication=sign)["data"]["keys"] == []
    key = signature.list_public_keys(api_session=nobody, authentication=sign)["data"]["keys"][0]
    assert (key["keyID"], key["description"], key["type"], key["lastUsedSourceIP"]) == (1, "nightly", "argus", "127.0.0.1")
    assert key["lastUsedTimestamp"] >= key["createdTimestamp"] - 1000


def test_a_session_of_another_kind_gives_way_to_a_signature(admin, person, signing):
    anna, berta = signing(), person()
    sign = made_by_server(admin, anna)
    for by in (berta.by_key(), berta.login()):
        assert who(by, authentication=sign)["userID"] == anna.id
        assert who(by)["userID"] == berta.id


@pytest.mark.parametrize("new", [new_ec, new_rsa])
def test_a_key_made_elsewhere(argus, signing, new):
    anna = signing("viewUsers")
    private = new()
    # The client has no function for it; what it asks with can ask for it all the same.
    by = anna.login()
    upload = {"publicKey": pem(private), "name": "made elsewhere", "validDays": 30}
    made = by.post("/authentication/v1/signature", json=upload)
    assert (made.status_code, made.json()["data"]["keyID"]) == (201, 1)
    sign = Signer(f"{argus.domain}/{anna.name}/1", private)
    nobody = anonymous(argus)
    for _ in range(2):
        assert who(nobody, authentication=sign)["userID"] == anna.id
    forged = Signer(sign.identifier, new())
    with pytest.raises(AuthenticationFailedException) as refused:
        who(nobody, authentication=forged)
    assert template(refused) == "signature.invalid"
    listed = signature.list_public_keys(api_session=by)["data"]["keys"]
    assert [(it["keyID"], it["description"]) for it in listed] == [(1, "made elsewhere")]
    revoked = signature.revoke_key(1, api_session=by)["data"]
    assert (revoked["keyID"], revoked["description"]) == (1, "made elsewhere")
    with pytest.raises(AuthenticationFailedException) as refused:
        who(nobody, authentication=sign)
    assert template(refused) == "signature.key.revoked"
    assert signature.list_public_keys(api_session=by)["data"]["keys"] == []
    with pytest.raises(ObjectNotFoundException):
        signature.revoke_key(1, api_session=by)


def test_a_signature_is_good_once_and_for_one_address(argus, admin, signing):
    anna = signing()
    sign = made_by_server(admin, anna)
    nobody = anonymous(argus)
    header = sign(f"{argus.url}/authentication/v1/session")
    assert who(nobody, authentication=header)["userID"] == anna.id
    with pytest.raises(AuthenticationFailedException) as refused:
        who(nobody, authentication=header)
    assert template(refused) == "signature.nonce.used"
    header = sign(f"{argus.url}/authentication/v1/session")
    with pytest.raises(AuthenticationFailedException):
        session.get_session_functions(api_session=nobody, authentication=header)
    # A clock that jumps is believed again when its pin is taken away.
    sign.skew = 600_000
    with pytest.raises(AuthenticationFailedException) as refused:
        who(nobody, authentication=sign)
    assert template(refused) == "signature.timestamp.jump"
    evicted = administration.evict_signature_session(anna.name, keyID=1, api_session=admin)["data"]
    assert evicted == {"evictedKeys": [sign.identifier]}
    assert who(nobody, authentication=sign)["userID"] == anna.id
    assert administration.evict_signature_session(anna.name, api_session=admin)["data"]["evictedKeys"] == [sign.identifier]


def test_the_default_key_and_the_keys_of_others(argus, admin, signing, person):
    anna = signing()
    nobody = anonymous(argus)
    first = made_by_server(admin, anna, defaultKey=True)
    assert first.identifier.endswith("/0")
    assert who(nobody, authentication=first)["userID"] == anna.id
    made = administration.reset_and_download_private_key(anna.name, api_session=admin)["data"]
    second = Signer(made["keyIdentifier"], load_pem_private_key(made["privateKey"].encode(), None))
    assert second.identifier == first.identifier
    with pytest.raises(AuthenticationFailedException):
        who(nobody, authentication=first)
    assert who(nobody, authentication=second)["userID"] == anna.id
    raw = administration.download_public_key(anna.name, json=False, api_session=admin)
    assert raw.headers["Content-Type"] == "application/octet-stream"
    form = (serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    assert load_der_public_key(raw.content).public_bytes(*form) == second.private_key.public_key().public_bytes(*form)

    third = made_by_server(admin, anna)
    listed = administration.list_user_public_keys(anna.name, api_session=admin)["data"]["keys"]
    assert sorted((it["keyID"], it["validUntil"]) for it in listed) == [(0, 0), (1, 0)]
    assert len(administration.list_user_public_keys(anna.name, limit=1, api_session=admin)["data"]["keys"]) == 1
    assert len(administration.list_user_public_keys(anna.name, offset=1, api_session=admin)["data"]["keys"]) == 1
    assert who(nobody, authentication=third)["userID"] == anna.id
    assert administration.delete_signature(anna.name, 1, api_session=admin)["data"] == {"deletedKey": "1"}
    with pytest.raises(AuthenticationFailedException):
        who(nobody, authentication=third)
    berta = person().login()
    for call in (
        lambda: administration.list_user_public_keys(anna.name, api_session=berta),
        lambda: administration.create_and_download_private_key(anna.name, api_session=berta),
        lambda: administration.delete_signature(anna.name, 0, api_session=berta),
        lambda: administration.evict_signature_session(anna.name, api_session=berta),
        lambda: administration.download_public_key(anna.name, json=False, api_session=berta),
    ):
        with pytest.raises(AccessDeniedException):
            call()
    assert who(nobody, authentication=second)["userID"] == anna.id
