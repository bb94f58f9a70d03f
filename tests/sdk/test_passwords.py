"""Passwords: changed, set by an authorization, looked at."""

import pytest
from argus_api.exceptions.client import ArgusAPIAuthenticationError
from argus_api.exceptions.http import (
    AccessDeniedException,
    AuthenticationFailedException,
    ValidationErrorException,
)
from argus_api.lib.authentication.v1 import password, session
from argus_api.lib.authentication.v1.authorization import authorization_validate
from argus_api.lib.authentication.v1.user import user as administration
from argus_api.lib.useradmin.v2 import user

from harness.people import Person, anonymous, unique

NEW = "viel-heller-mond"


def who(by):
    return session.get_session(api_session=by)["data"]


def refused(call) -> tuple[str, str]:
    """The field, and the reason that programs read."""
    with pytest.raises(ValidationErrorException) as found:
        call()
    answer = found.value.parsed_resp
    return answer["messages"][0]["field"], (answer["data"] or {}).get("reason")


def test_whoever_knows_the_old_one_changes_it(person):
    anna = person()
    one, other, key = anna.login(), anna.login(), anna.by_key()

    def change(new, **proof):
        return password.change_current_user_password(new, api_session=one, **proof)

    assert refused(lambda: change(NEW, oldPassword="wrong")) == ("oldPassword", "wrongPassword")
    assert refused(lambda: change("Short-7", oldPassword=anna.password)) == ("newPassword", "tooShort")
    assert refused(lambda: change("abababababababab", oldPassword=anna.password)) == ("newPassword", "tooSimple")
    assert refused(lambda: change("Password12345!", oldPassword=anna.password)) == ("newPassword", "pwnedPassword")
    assert refused(lambda: change(anna.password, oldPassword=anna.password)) == ("newPassword", "historicPassword")
    assert refused(lambda: change(NEW))[0] == "oldPassword"
    with pytest.raises(AccessDeniedException):
        password.change_current_user_password(NEW, oldPassword=anna.password, api_session=key)
    assert who(other)["userID"] == anna.id
    assert change(NEW, oldPassword=anna.password)["data"] == {}
    # The session that did it lives on, with the same CSRF key; the others are over, and keys are what they were.
    assert who(one)["userID"] == who(key)["userID"] == anna.id
    with pytest.raises(AuthenticationFailedException):
        who(other)
    with pytest.raises(ArgusAPIAuthenticationError):
        anna.login()
    anna.password = NEW
    assert who(anna.login())["userID"] == anna.id


def test_an_authorization_sets_it_once(argus, admin, person):
    anna = person()
    live = anna.login()
    made = administration.reset_password(anna.name, api_session=admin)["data"]
    assert (made["operation"], made["identifier"]) == ("password.set", "setPassword")
    token, nobody = made["authorization"], anonymous(argus)
    assert refused(
        lambda: password.change_current_user_password("Short-7", authorization=token, api_session=nobody)
    ) == ("newPassword", "tooShort")
    password.change_current_user_password(NEW, authorization=token, api_session=nobody)
    with pytest.raises(AuthenticationFailedException):
        who(live)
    with pytest.raises(AuthenticationFailedException):
        password.change_current_user_password("noch-ein-Wort-9", authorization=token, api_session=nobody)
    with pytest.raises(ArgusAPIAuthenticationError):
        anna.login()
    anna.password = NEW
    assert who(anna.login())["userID"] == anna.id
    with pytest.raises(AccessDeniedException):
        administration.reset_password("admin", api_session=anna.login())


def test_a_new_user_cannot_log_in_before_that(argus, admin):
    name = unique("new")
    made = user.add_user("root", "New", name, api_session=admin)["data"]
    assert "passwordNotSet" in made["flags"]
    for secret in ("", "x" * 12):
        with pytest.raises(ArgusAPIAuthenticationError):
            Person(argus, made["id"], name, secret).login()
    token = administration.reset_password(made["id"], domain=argus.domain, api_session=admin)["data"]["authorization"]
    password.change_current_user_password(NEW, authorization=token, api_session=anonymous(argus))
    assert who(Person(argus, made["id"], name, NEW).login())["passwordNotSet"] is False
    assert "passwordNotSet" not in user.get_user(name, api_session=admin)["data"]["flags"]


def test_an_authorization_is_validated(admin, person):
    anna, by = person(), person().login()
    made = administration.reset_password(anna.name, api_session=admin)["data"]

    def validate(operation="password.set", **options):
        validated = authorization_validate.validate_user_authorization(
            made["authorization"], operation, api_session=by, **options
        )
        return validated["data"]

    again = validate(allowReplay=True)
    assert (again["user"]["id"], again["operation"], again["expires"]) == (anna.id, "password.set", made["expires"])
    for options in ({"operation": "apikey.create"}, {"context": {"customerID": "1"}}):
        with pytest.raises(AuthenticationFailedException):
            validate(**options)
    validate()
    with pytest.raises(AuthenticationFailedException):
        validate()


def test_a_password_can_be_looked_at(person):
    by = person().login()
    assert password.test_user_password("Password1", api_session=by)["data"]["state"] == "breached"
    assert password.test_user_password(NEW, api_session=by)["data"] == {"state": "ok", "breachCount": 0}
