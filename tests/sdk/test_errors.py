"""What goes wrong, as the client's exceptions tell it."""

import pytest
from argus_api.exceptions.client import ArgusAPIAuthenticationError
from argus_api.exceptions.http import (
    AccessDeniedException,
    ArgusException,
    AuthenticationFailedException,
    ObjectNotFoundException,
    ValidationErrorException,
)
from argus_api.lib.authentication.v1 import apikey, session
from argus_api.lib.useradmin.v2 import permission, user

from harness.people import anonymous, connect, unique


def refused(kind, status: int, reason: str, call) -> list[dict]:
    """Sees that a call fails as the client says it, down to the text, and gives the messages."""
    with pytest.raises(ArgusException) as found:
        call()
    error = found.value
    assert type(error) is kind
    assert (error.status_code, error.response.status_code) == (status, status)
    messages = error.parsed_resp["messages"]
    assert isinstance(messages, list) and messages and error.parsed_resp["responseCode"] == status
    lines = []
    for message in messages:
        assert message["message"] and message["messageTemplate"] and message["type"] in ("FIELD_ERROR", "ACTION_ERROR")
        field = f" ({message['field']})" if message["type"] == "FIELD_ERROR" else ""
        lines.append(f"{message['type']}{field}: {message['message']}")
    assert str(error) == error.message == f"Status code {status}: {reason}\n" + "\n".join(lines) + " "
    return messages


def test_401_is_not_known(argus):
    nobody = anonymous(argus)
    for by in (nobody, connect(argus, "1/1/no-such-key")):
        messages = refused(
            AuthenticationFailedException, 401, "Unauthorized", lambda: session.get_session(api_session=by)
        )
        assert [it["type"] for it in messages] == ["ACTION_ERROR"]


def test_403_is_not_allowed(person):
    anna = person()
    for by, call in (
        (anna.login(), lambda by: user.list_users(api_session=by)),
        (anna.by_key(), lambda by: permission.list_permissions(api_session=by)),
        # Before anything is said about the input.
        (anna.login(), lambda by: user.add_user("nowhere", "<", "a b", api_session=by)),
    ):
        messages = refused(AccessDeniedException, 403, "Forbidden", lambda: call(by))
        assert messages[0]["messageTemplate"].startswith("access.denied")
        assert "nowhere" not in str(messages)


def test_404_is_not_there(argus, admin):
    for call in (
        lambda: user.get_user("nobody-of-that-name", api_session=admin),
        lambda: user.get_user(2**53, api_session=admin),
        lambda: permission.revoke_permission(2**53, api_session=admin),
        lambda: apikey.revoke_api_key_by_prefix("1/4711", api_session=admin),
        lambda: admin.get("/no/such/path"),
        # An unknown path is unknown to everybody.
        lambda: anonymous(argus).get("/useradmin/v3/user"),
    ):
        refused(ObjectNotFoundException, 404, "Not Found", call)


def test_405_is_not_done_that_way(admin):
    refused(ArgusException, 405, "Method Not Allowed", lambda: admin.put("/authentication/v1/client", json={}))
    with pytest.raises(ArgusException) as found:
        admin.delete("/authentication/v1/methods")
    assert found.value.response.headers["Allow"]
    body = {"data": "a=b", "headers": {"Content-Type": "application/x-www-form-urlencoded"}}
    refused(ArgusException, 405, "Method Not Allowed", lambda: admin.post("/useradmin/v2/user", **body))


def test_412_names_every_bad_field(admin):
    before = user.list_users(limit=1, includeDeleted=True, api_session=admin)["count"]
    messages = refused(
        ValidationErrorException,
        412,
        "Precondition Failed",
        lambda: user.add_user("nowhere", "<b>", "a b", email="x", language="klingon", api_session=admin),
    )
    assert sorted(it["field"] for it in messages) == ["customer", "email", "language", "name", "shortName"]
    assert {it["type"] for it in messages} == {"FIELD_ERROR"}
    messages = refused(
        ValidationErrorException,
        412,
        "Precondition Failed",
        lambda: user.list_users(limit=100_001, offset=-1, sortBy=["height"], api_session=admin),
    )
    assert sorted(it["field"] for it in messages) == ["limit", "offset", "sortBy"]
    assert user.list_users(limit=1, includeDeleted=True, api_session=admin)["count"] == before
    # What is no single field's fault.
    messages = refused(
        ValidationErrorException,
        412,
        "Precondition Failed",
        lambda: user.delete_user("admin", api_session=admin),
    )
    assert [(it["type"], it["messageTemplate"]) for it in messages] == [("ACTION_ERROR", "last.administrator")]


def test_413_is_too_large(admin):
    body = {"description": "x" * 20_000_000}
    refused(
        ArgusException, 413, "Payload Too Large", lambda: admin.put("/useradmin/v2/user/admin", json=body)
    )
    assert user.get_user("admin", api_session=admin)["data"]["shortName"] == "admin"


def test_what_goes_wrong_at_the_login_is_one_line(argus, person):
    anna = person()
    anna.password = "wrong"
    with pytest.raises(ArgusAPIAuthenticationError) as found:
        anna.login()
    messages = found.value.response.json()["messages"]
    assert str(found.value) == "; ".join(f"ACTION_ERROR: {it['message']}" for it in messages)
