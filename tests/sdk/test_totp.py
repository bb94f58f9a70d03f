"""A second factor: setting it up, logging in with it, and what its level is good for; authorizations for single steps."""

import base64
import hashlib
import hmac
import struct
import time

import pytest
from argus_api.authentication import SessionTokenAuth
from argus_api.exceptions.http import AccessDeniedException, AuthenticationFailedException, ValidationErrorException
from argus_api.lib.authentication.v1 import apikey, password, session, totp
from argus_api.lib.authentication.v1.authorization import authorization_validate
from argus_api.lib.authentication.v1.user import user as administration

from harness.people import anonymous, connect

STEP = 30


class Generator:
    """What a telephone does with the seed (RFC 6238)."""

    def __init__(self, data: dict):
        assert base64.b32decode(data["seedBase32"]) == base64.b64decode(data["seedBase64"])
        self.seed = base64.b64decode(data["seedBase64"])
        self.digits = data["passCodeLength"]
        algorithm = data["keyAlgorithm"].upper().replace("-", "").removeprefix("HMAC")
        self.digest = {"SHA1": hashlib.sha1, "SHA256": hashlib.sha256, "SHA512": hashlib.sha512}[algorithm]

    def code(self, steps: int = 0) -> str:
        """The code of now, or of some steps later."""
        # Not at the very end of a step: the server's clock is read a little later.
        while time.time() % STEP > STEP - 5:
            time.sleep(0.2)
        mac = hmac.new(self.seed, struct.pack(">Q", int(time.time()) // STEP + steps), self.digest).digest()
        start = mac[-1] & 15
        number = struct.unpack(">I", mac[start : start + 4])[0] & 0x7FFFFFFF
        return str(number % 10**self.digits).zfill(self.digits)


def set_up(anna) -> Generator:
    """A second factor of somebody's own."""
    by = anna.login()
    made = totp.initialize_totp_generator(password=anna.password, api_session=by)["data"]
    generator = Generator(made)
    totp.verify_totp_generator(made["cookie"], generator.code(-1), api_session=by)
    return generator


def log_in(anna, code: str):
    """The answer to a login, and a session of it."""
    answer = totp.totp_authentication(
        anna.password, code, anna.name, domain=anna.server.domain, json=False, api_session=anonymous(anna.server)
    )
    data = answer.json()["data"]
    if answer.status_code == 206:
        return answer, None
    return answer, connect(anna.server, SessionTokenAuth(data["credentials"]["requestCredentialsData"]))


def test_a_second_factor_raises_the_level(person):
    anna = person(methods=["password", "totp", "apikey"])
    with pytest.raises(ValidationErrorException) as refused:
        totp.initialize_totp_generator(password="wrong", api_session=anna.login())
    assert refused.value.parsed_resp["messages"][0]["field"] == "password"
    generator = set_up(anna)
    answer, by = log_in(anna, generator.code())
    data = session.get_session(api_session=by)["data"]
    assert (data["userID"], data["authenticationMethod"], data["securityLevel"]) == (anna.id, "TOTP", "ADMINISTRATIVE")
    assert base64.b64decode(answer.json()["data"]["sessionKey"])
    # A code is good once: the next one has to be waited for.
    answer, nothing = log_in(anna, generator.code())
    challenge = answer.json()["data"]
    assert (answer.status_code, nothing, challenge["username"]) == (206, None, anna.name)
    for code in ("0" * generator.digits, "nothing"):
        with pytest.raises(AuthenticationFailedException):
            log_in(anna, code)
    # A password alone is still a way in, to less.
    assert session.get_session(api_session=anna.login())["data"]["securityLevel"] == "DEFAULT"
    # With the second factor no further proof is asked for.
    made = apikey.initiate_api_key("key", validSources=["127.0.0.1"], api_session=by)["data"]
    assert session.get_session(api_session=connect(anna.server, made["apiKeyString"]))["data"]["userID"] == anna.id
    totp.revoke_totp_generator(api_session=by)
    with pytest.raises(AuthenticationFailedException):
        log_in(anna, generator.code(1))


def test_a_generator_counts_once_it_is_verified(person):
    anna = person(methods=["password", "totp"])
    by = anna.login()
    made = totp.initialize_totp_generator(password=anna.password, api_session=by)["data"]
    generator = Generator(made)
    with pytest.raises(AuthenticationFailedException):
        log_in(anna, generator.code())
    with pytest.raises(ValidationErrorException):
        totp.verify_totp_generator(made["cookie"], "0" * generator.digits, api_session=by)
    totp.verify_totp_generator(made["cookie"], generator.code(-1), api_session=by)
    assert log_in(anna, generator.code())[1]


def test_an_administrator_sets_it_up_for_others(admin, person):
    anna = person(methods=["password", "totp"])
    with pytest.raises(AccessDeniedException):
        administration.initiate_user_totp(anna.name, api_session=anna.login())
    made = administration.initiate_user_totp(anna.name, api_session=admin)["data"]
    assert made["userName"] == anna.name and Generator(made)
    generator = set_up(anna)
    administration.revoke_user_totp(anna.name, api_session=admin)
    with pytest.raises(AuthenticationFailedException):
        log_in(anna, generator.code())


def test_the_highest_level_acts_as_somebody_else(admin, person):
    boss = person("impersonate", "viewUsers", "createUser", methods=["password", "totp"])
    anna = person("viewUsers", "deleteUser")
    _, by = log_in(boss, set_up(boss).code())
    made = session.impersonate_session(user=anna.name, securityLevel="standard", api_session=by)["data"]
    acting = connect(boss.server, SessionTokenAuth(made["credentials"]["requestCredentialsData"]))
    data = session.get_session(api_session=acting)["data"]
    assert (data["userID"], data["authenticationMethod"], data["securityLevel"]) == (anna.id, "IMPERSONATED", "DEFAULT")
    # What both may do.
    assert [it["name"] for it in session.get_session_functions(api_session=acting)["data"]] == ["viewUsers"]
    assert session.get_session(api_session=by)["data"]["userID"] == boss.id


def test_an_authorization_is_a_proof_for_one_step(argus, person):
    anna = person()
    by = anna.login()
    next = f"{argus.url}/next"

    def authorize(operation, **options):
        return password.password_user_authorization(next, operation, anna.password, api_session=by, **options)["data"]

    made = authorize("apikey.create")
    assert made["operation"] == "apikey.create" and made["expires"] > time.time() * 1000
    key = apikey.initiate_api_key(
        "key", authorization=made["authorization"], validSources=["127.0.0.1"], api_session=by
    )["data"]
    assert session.get_session(api_session=connect(argus, key["apiKeyString"]))["data"]["userID"] == anna.id
    prefix = key["keyDescriptor"]["prefix"]
    # Once, and for nothing else.
    for token in (made["authorization"], authorize("apikey.renew")["authorization"], "a.b.c"):
        with pytest.raises((AuthenticationFailedException, ValidationErrorException)):
            apikey.initiate_api_key("key", authorization=token, validSources=["127.0.0.1"], api_session=by)
    assert len(apikey.list_api_keys(api_session=by)["data"]["keys"]) == 1
    token = authorize("apikey.renew")["authorization"]
    apikey.renew_api_key_by_prefix(prefix, expirationDays=3, authorization=token, api_session=by)
    token = authorize("password.set")["authorization"]
    password.change_current_user_password("viel-heller-mond", authorization=token, api_session=by)
    anna.password = "viel-heller-mond"
    by = anna.login()
    token = authorize("pruneCustomerData", context={"customerID": "1"})["authorization"]
    valid = authorization_validate.validate_user_authorization(
        token, "pruneCustomerData", context={"customerID": "1"}, api_session=by
    )["data"]
    assert (valid["user"]["id"], valid["context"]["customerID"]) == (anna.id, "1")
    # Somebody else's is worth nothing.
    berta = person().login()
    with pytest.raises((AuthenticationFailedException, ValidationErrorException)):
        apikey.initiate_api_key(
            "key", authorization=authorize("apikey.create")["authorization"], validSources=["127.0.0.1"], api_session=berta
        )
    with pytest.raises(ValidationErrorException) as refused:
        password.password_user_authorization(next, "apikey.create", "wrong", api_session=by)
    assert refused.value.parsed_resp["messages"][0]["field"] == "password"


def test_a_session_with_a_second_factor_authorizes_by_a_code(argus, person):
    anna = person(methods=["password", "totp", "apikey"])
    generator = set_up(anna)
    _, by = log_in(anna, generator.code())
    next = f"{argus.url}/next"
    with pytest.raises((AccessDeniedException, ValidationErrorException)):
        password.password_user_authorization(next, "apikey.create", anna.password, api_session=by)
    made = totp.totp_user_authorization(next, "apikey.create", generator.code(1), api_session=by)["data"]
    key = apikey.initiate_api_key(
        "key", authorization=made["authorization"], validSources=["127.0.0.1"], api_session=by
    )["data"]
    assert session.get_session(api_session=connect(argus, key["apiKeyString"]))["data"]["userID"] == anna.id
