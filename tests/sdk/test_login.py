"""Everybody's way in: password and cookie, session token, key; and being refused."""

import pytest
from argus_api.authentication import APIKeyAuth, PasswordAuthentication, SessionTokenAuth
from argus_api.exceptions.client import ArgusAPIAuthenticationError
from argus_api.exceptions.http import AccessDeniedException, AuthenticationFailedException
from argus_api.lib.authentication.v1 import client, logout, methods, password, session
from argus_api.lib.useradmin.v2 import user
from argus_api.session import get_session

from harness.people import administrator, anonymous, connect, make_person, unique


def who(by, **options):
    """What the server takes the caller for."""
    return session.get_session(api_session=by, **options)["data"]


def test_a_password_opens_a_session_that_lives_in_a_cookie(argus, person):
    anna = person("createUser", "viewUsers")
    by = connect(argus, anna.auth())
    assert not by.authenticated
    # The client logs in by itself before its first request.
    data = who(by)
    assert (data["userID"], data["authenticationMethod"], data["securityLevel"]) == (anna.id, "PASSWORD", "DEFAULT")
    assert "Authorization" not in by._session.headers and "Argus-API-Key" not in by._session.headers
    assert by._session.cookies["argus_session"] == by.auth.session_token
    assert data["sessionKey"] == by.auth.session_key
    by.check_auth()
    name = unique("made")
    user.add_user("root", "By cookie", name, api_session=by)
    assert user.get_user(name, api_session=by)["data"]["createdByUser"]["id"] == anna.id


def test_csrf_tokens_are_what_changes_need_where_the_settings_say_so(strict):
    admin = administrator(strict)
    anna = make_person(strict, admin, "createUser", "viewUsers")
    # Without a domain the client says MNEMONIC, which is this server's.
    by = connect(strict, PasswordAuthentication(anna.name, anna.password))
    name = unique("made")
    user.add_user("root", "With a token", name, api_session=by)
    assert user.get_user(name, api_session=by)["data"]["name"] == "With a token"
    by.auth.session_key = "AAAA" + by.auth.session_key[4:]
    with pytest.raises(AccessDeniedException) as refused:
        user.add_user("root", "With a wrong one", unique("made"), api_session=by)
    assert refused.value.parsed_resp["messages"][0]["messageTemplate"] == "csrf.invalid"
    # Reading needs none, and a session by its token has no need of one either.
    assert who(by)["userID"] == anna.id
    bearer = connect(strict, SessionTokenAuth(by.auth.session_token))
    user.add_user("root", "By token", unique("made"), api_session=bearer)
    by.auth._needs_CSRF_token = False
    with pytest.raises(AccessDeniedException) as refused:
        user.add_user("root", "Without one", unique("made"), api_session=by)
    assert refused.value.parsed_resp["messages"][0]["messageTemplate"] == "csrf.missing"
    found = user.list_users(keywords=["made"], sortBy="id", api_session=admin)["data"]
    assert [it["name"] for it in found] == ["With a token", "By token"]


def test_a_path_with_a_space_has_its_token(strict):
    admin = administrator(strict)
    with pytest.raises(Exception) as refused:
        user.update_user("no such user", name="x", api_session=admin)
    assert refused.value.status_code == 404


def test_a_key_says_who_is_asking(argus, person):
    anna = person()
    text = anna.new_key()
    for auth in (APIKeyAuth(text), text):
        by = connect(argus, auth)
        by.authenticate(check=True)
        data = who(by)
        assert (data["userID"], data["authenticationMethod"], data["securityLevel"]) == (anna.id, "APIKEY", "EXTERNAL")
        assert not by._session.cookies


def test_a_key_for_one_call(argus, person):
    anna, berta = person(), person()
    key = berta.new_key()
    by = anna.by_key()
    assert who(by, apiKey=key)["userID"] == berta.id
    assert who(by)["userID"] == anna.id
    assert who(anonymous(argus), apiKey=key)["userID"] == berta.id
    # Beside a cookie the key is meant.
    cookie = anna.login()
    assert who(cookie, apiKey=key)["userID"] == berta.id
    assert who(cookie)["userID"] == anna.id
    with pytest.raises(AuthenticationFailedException):
        who(cookie, apiKey=key[:-1] + ("a" if key[-1] != "a" else "b"))


def test_another_way_in_for_one_call(argus, person):
    anna, berta = person(), person()
    by = anna.by_key()
    other = anna.bearer()
    assert who(by, authentication={"Authorization": f"Bearer {other.auth.session_token}"})["authenticationMethod"] == "PASSWORD"
    assert who(anonymous(argus), authentication=berta.auth())["userID"] == berta.id
    assert who(anonymous(argus), authentication=berta.bearer().auth)["userID"] == berta.id
    called = []

    def sign(url):
        called.append(url)
        return {"Argus-API-Key": berta.new_key()}

    assert who(by, authentication=sign)["userID"] == berta.id
    assert called == [f"{argus.url}/authentication/v1/session"]


def test_a_session_token_is_as_good_as_its_cookie(argus, person):
    anna = person()
    cookie = anna.login()
    bearer = connect(argus, SessionTokenAuth(cookie.auth.session_token))
    bearer.authenticate(check=True)
    # All but the time of the last use.
    assert {**who(bearer), "timestamp": 0} == {**who(cookie), "timestamp": 0}
    assert "argus_session" not in bearer._session.cookies


def test_the_session_of_the_program_and_of_a_block(argus, person):
    anna, berta = person(), person()
    before = get_session()
    with anna.login():
        assert session.get_session()["data"]["userID"] == anna.id
        with berta.by_key():
            assert session.get_session()["data"]["userID"] == berta.id
        assert session.get_session()["data"]["userID"] == anna.id
    assert get_session() is before


def test_a_change_of_identity_leaves_nothing_of_the_old_one(argus, person):
    anna, berta = person(), person()
    by = anna.login()
    assert who(by)["userID"] == anna.id
    by.auth = APIKeyAuth(berta.new_key())
    assert not by._session.cookies
    assert who(by)["userID"] == berta.id
    by.auth = anna.auth()
    assert who(by)["userID"] == anna.id


@pytest.mark.parametrize("end", [session.delete_session, logout.logout])
def test_a_logout_ends_the_session(argus, person, end):
    anna = person()
    by = anna.login()
    bearer = connect(argus, SessionTokenAuth(by.auth.session_token))
    other = anna.login()
    end(api_session=by)
    assert "argus_session" not in by._session.cookies, "the server takes the cookie back"
    for ended in (by, bearer):
        with pytest.raises(AuthenticationFailedException):
            who(ended)
    assert who(other)["userID"] == anna.id
    # By key there is nothing to end.
    keyed = anna.by_key()
    end(api_session=keyed)
    assert who(keyed)["userID"] == anna.id


def test_what_a_session_knows_can_be_cleared(person):
    anna = person()
    for by in (anna.login(), anna.bearer(), anna.by_key()):
        session.clear_session_data(api_session=by)
        assert who(by)["userID"] == anna.id


def test_refused_logins_say_why_in_words(argus, person):
    anna = person()
    for name, secret, domain in [
        (anna.name, "wrong", argus.domain),
        ("nobody-of-that-name", anna.password, argus.domain),
        # What the client says when it is given no domain.
        (anna.name, anna.password, None),
    ]:
        by = connect(argus, PasswordAuthentication(name, secret, domain))
        with pytest.raises(ArgusAPIAuthenticationError) as refused:
            by.authenticate()
        assert refused.value.response.status_code == 401
        assert refused.value.message.startswith("ACTION_ERROR: ") and len(refused.value.message) > 20
        assert not by.authenticated and not by._session.cookies


def test_credentials_can_be_checked(argus, person):
    anna = person()
    for auth in (APIKeyAuth("1/1/nothing"), SessionTokenAuth("nothing")):
        by = connect(argus, auth)
        with pytest.raises(ArgusAPIAuthenticationError) as refused:
            by.authenticate(check=True)
        assert refused.value.response.status_code == 401
        assert refused.value.message.startswith("ACTION_ERROR: ")
    ended = anna.login()
    ended.check_auth()
    session.delete_session(api_session=ended)
    with pytest.raises(ArgusAPIAuthenticationError):
        ended.check_auth()


def test_the_login_as_a_function(argus, person):
    anna = person()
    made = password.password_authentication(anna.password, anna.name, domain=argus.domain, api_session=anonymous(argus))["data"]
    assert made["credentials"]["requestCredentialsType"] == "sessionToken"
    old = password.legacy_password_authentication(anna.password, anna.name, api_session=anonymous(argus))["data"]
    for token in (made["credentials"]["requestCredentialsData"], old["requestCredentialsData"]):
        assert who(connect(argus, SessionTokenAuth(token)))["userID"] == anna.id
    session.delete_session(api_session=connect(argus, SessionTokenAuth(made["credentials"]["requestCredentialsData"])))


def test_what_nobody_may_know(argus):
    somebody = anonymous(argus)
    assert client.get_unauthenticated_client_info(api_session=somebody)["data"]["clientIP"] == "127.0.0.1"
    known = methods.get_methods(api_session=somebody)["data"]
    assert {"PASSWORD", "APIKEY", "SIGNATURE"} <= set(known)


def test_the_last_method_of_a_client(argus, person):
    assert methods.get_methods(api_session=anonymous(argus))["metaData"].get("lastUsedAuthenticationMethod") is None
    by = person().login()
    assert methods.get_methods(api_session=by)["metaData"]["lastUsedAuthenticationMethod"] == "PASSWORD"
