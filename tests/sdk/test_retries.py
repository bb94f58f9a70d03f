"""The client sends a request again, as it is, when it got no answer or was told that the server is busy: up to three times,
writes too. Nothing may be done twice by that."""

import socket
from urllib.parse import urlsplit

import pytest
from argus_api.authentication import PasswordAuthentication
from argus_api.exceptions.client import ArgusAPIAuthenticationError
from argus_api.exceptions.http import (
    ArgusException,
    AuthenticationFailedException,
    ObjectNotFoundException,
    ServiceUnavailableException,
    ValidationErrorException,
)
from argus_api.lib.authentication.v1 import apikey, password, session
from argus_api.lib.authentication.v1.user import user as administration
from argus_api.lib.useradmin.v2 import group, membership, permission, user
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from harness.people import administrator, anonymous, connect, make_person, unique
from harness.process import Server, fresh_folder
from harness.relay import Relay
from harness.signing import Signer


@pytest.fixture
def relay():
    with Relay() as relay:
        yield relay


def found(admin, name) -> int:
    return user.list_users(keywords=[name], includeDeleted=True, api_session=admin)["count"]


def test_a_busy_server_is_asked_again_with_the_same_token(strict, relay):
    admin = administrator(strict)
    anna = make_person(strict, admin, "createUser")
    by = anna.login(proxies=relay.proxies)
    relay.seen.clear()
    relay.plan = ["busy", "busy", "busy"]
    name = unique("made")
    made = user.add_user("root", "Made", name, api_session=by)
    assert made["data"]["shortName"] == name and found(admin, name) == 1
    assert len(relay.seen) == 4 and relay.answered[-1:] == [201]
    tokens = {headers["Argus-Csrf-Token"] for _, _, headers in relay.seen}
    assert len(tokens) == 1, "the very same request"
    # After that it gives up, and says so.
    relay.seen.clear()
    relay.plan = ["busy"] * 4
    name = unique("made")
    with pytest.raises(ServiceUnavailableException) as refused:
        user.add_user("root", "Made", name, api_session=by)
    assert (refused.value.status_code, len(relay.seen), found(admin, name)) == (503, 4, 0)


@pytest.mark.parametrize("fate", ["lost", "late"])
def test_an_answer_that_never_comes_does_nothing_twice(argus, admin, person, relay, fate):
    anna = person("createUser", "viewUsers", "updateUser", "deleteUser", "grantRole", "revokeRole", "createGroup")
    by = anna.login(proxies=relay.proxies)

    def again(kind, call):
        """Loses the answer to a call; what was done by the first request is what the second one finds."""
        relay.plan, relay.answered = [fate], []
        if kind is None:
            call()
            assert relay.answered == [200, 200]
            return
        with pytest.raises(kind):
            call()
        assert relay.answered[0] in (200, 201) and len(relay.answered) == 2

    name = unique("made")
    again(ValidationErrorException, lambda: user.add_user("root", "Made", name, api_session=by))
    assert found(admin, name) == 1
    again(None, lambda: user.update_user(name, description="Once", api_session=by))
    assert user.get_user(name, api_session=admin)["data"]["description"] == "Once"

    grant = lambda: permission.grant_permission("root", "viewUsers", name, api_session=by)
    again(ValidationErrorException, grant)
    granted = permission.list_permissions(subject=[name], includeDeleted=True, api_session=admin)["data"]
    assert len(granted) == 1
    again(ObjectNotFoundException, lambda: permission.revoke_permission(granted[0]["id"], api_session=by))
    revoked = permission.list_permissions(subject=[name], includeDeleted=True, api_session=admin)["data"]
    assert [(it["id"], it["flags"]) for it in revoked] == [(granted[0]["id"], ["deleted"])]

    again(ObjectNotFoundException, lambda: user.delete_user(name, api_session=by))
    gone = user.get_user(name, api_session=admin)["data"]
    assert gone["flags"].count("deleted") == 1
    shifts = unique("group")
    again(ValidationErrorException, lambda: group.add_group("root", "Shifts", shifts, api_session=by))
    assert group.list_groups_1(keywords=[shifts], api_session=admin)["count"] == 1


def test_a_member_is_added_once(admin, person, relay):
    anna, berta = person("addGroupMember", "viewUsers", "createGroup"), person()
    by = anna.login(proxies=relay.proxies)
    name = unique("group")
    group.add_group("root", "Group", name, api_session=by)
    relay.plan = ["lost", "late"]
    group.add_group_members(name, [berta.name], api_session=by)
    assert membership.list_memberships(subject=[name], includeDeleted=True, api_session=admin)["count"] == 1


def test_a_key_is_revoked_once_and_a_session_ended_once(argus, person, relay):
    anna = person()
    key = anna.new_key()
    by = anna.login(proxies=relay.proxies)
    relay.plan = ["lost"]
    with pytest.raises(ObjectNotFoundException):
        apikey.revoke_api_key_by_prefix(f"{anna.id}/1", api_session=by)
    with pytest.raises(AuthenticationFailedException):
        session.get_session(api_session=connect(argus, key))
    relay.plan = ["lost"]
    with pytest.raises(AuthenticationFailedException):
        session.delete_session(api_session=by)


def test_a_password_is_changed_once(person, relay):
    anna = person()
    by = anna.login(proxies=relay.proxies)
    relay.plan = ["lost"]
    with pytest.raises(ValidationErrorException) as refused:
        password.change_current_user_password("viel-heller-mond", oldPassword=anna.password, api_session=by)
    assert refused.value.parsed_resp["messages"][0]["field"] == "oldPassword"
    anna.password = "viel-heller-mond"
    assert session.get_session(api_session=anna.login())["data"]["userID"] == anna.id


def test_a_login_whose_answer_is_lost(person, relay):
    anna = person()
    relay.plan = ["lost"]
    by = anna.login(proxies=relay.proxies)
    assert session.get_session(api_session=by)["data"]["userID"] == anna.id


def test_a_signed_request_is_done_once(argus, admin, person, relay):
    anna = person("createUser", methods=["signature"])
    made = administration.create_and_download_private_key(anna.name, api_session=admin)["data"]
    sign = Signer(made["keyIdentifier"], load_pem_private_key(made["privateKey"].encode(), None))
    by = anonymous(argus)
    by.proxies = relay.proxies
    # It never arrived: the same signature is good.
    relay.plan = ["busy", "busy"]
    name = unique("made")
    user.add_user("root", "Made", name, api_session=by, authentication=sign)
    assert found(admin, name) == 1 and len(sign.urls) == 1
    # It arrived: it is used up.
    relay.plan = ["lost"]
    name = unique("made")
    with pytest.raises(AuthenticationFailedException) as refused:
        user.add_user("root", "Made", name, api_session=by, authentication=sign)
    assert refused.value.parsed_resp["messages"][0]["messageTemplate"] == "signature.nonce.used"
    assert found(admin, name) == 1


def test_what_is_refused_is_not_asked_again(argus, relay):
    by = connect(argus, "1/1/no-such-key", proxies=relay.proxies)
    with pytest.raises(AuthenticationFailedException):
        session.get_session(api_session=by)
    with pytest.raises(ArgusException):
        by.get("/no/such/path")
    assert len(relay.seen) == 2


def test_who_tries_too_often_is_told_when_to_come_back(strict, relay):
    """The client waits as long as it is told to, and tries again by itself."""
    anna = make_person(strict, administrator(strict))
    guess = PasswordAuthentication(anna.name, "wrong", strict.domain)
    statuses = []
    # One try in two seconds: on a slow machine they may be over before the next one.
    while 429 not in statuses:
        with pytest.raises(ArgusAPIAuthenticationError) as refused:
            # Without the client's session, so without its retries.
            guess._post_auth(strict.url, mutate_session=False)
        statuses.append(refused.value.response.status_code)
        assert statuses[-1] in (401, 429) and len(statuses) < 20
    assert 1 <= int(refused.value.response.headers["Retry-After"]) <= 3
    by = anna.login(proxies=relay.proxies)
    assert relay.answered[-1] == 201 and set(relay.answered[:-1]) <= {429}
    assert session.get_session(api_session=by)["data"]["userID"] == anna.id


@pytest.fixture
def full():
    """A server that takes one connection at a time. The store has no part in it."""
    with fresh_folder() as folder:
        server = Server(folder, EDGE__MAX_CONNECTIONS="1")
        try:
            yield server
            server.stop()
        finally:
            server.kill()


def test_a_full_server_says_so(full):
    """503 in a form that the client can read."""
    address = urlsplit(full.url)
    by = connect(full, full.first["apiKey"])
    session.get_session(api_session=by)
    by._session.close()
    with socket.create_connection((address.hostname, address.port)) as taken:
        # The server has taken it when it answers.
        taken.sendall(b"GET /health HTTP/1.1\r\nHost: %s\r\n\r\n" % address.netloc.encode())
        assert taken.recv(1000).startswith(b"HTTP/1.1 200 ")
        with pytest.raises(ServiceUnavailableException) as refused:
            session.get_session(api_session=by)
        assert refused.value.parsed_resp["messages"][0]["message"]
