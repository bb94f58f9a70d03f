"""API keys at the client's paths: one's own and, for administrators, those of others."""

import time

import pytest
from argus_api.authentication import APIKeyAuth
from argus_api.exceptions.http import (
    AccessDeniedException,
    AuthenticationFailedException,
    ObjectNotFoundException,
    ValidationErrorException,
)
from argus_api.lib.authentication.v1 import apikey, session
from argus_api.lib.authentication.v1.user import user as administration
from argus_api.lib.useradmin.v2 import user

from harness.people import connect, unique

DAY = 86_400_000


def fields(refused) -> list[str]:
    return [message["field"] for message in refused.value.parsed_resp["messages"]]


def days_from_now(milliseconds: int) -> float:
    return (milliseconds / 1000 - time.time()) * 1000 / DAY


def works(argus, key: str) -> int:
    """Whose key it is."""
    return session.get_session(api_session=connect(argus, APIKeyAuth(key)))["data"]["userID"]


def refused_with(argus, key: str, template: str):
    with pytest.raises(AuthenticationFailedException) as refused:
        works(argus, key)
    assert refused.value.parsed_resp["messages"][0]["messageTemplate"] == template


def test_a_key_of_ones_own_from_making_to_revoking(argus, person):
    anna = person("viewUsers", "createUser")
    by = anna.login()
    assert apikey.list_api_keys(api_session=by)["data"] == {"keys": []}
    made = apikey.initiate_api_key(
        "for scripts",
        password=anna.password,
        expirationDays=10,
        source={"provider": "staticIP", "staticOptions": {"ipAddresses": ["127.0.0.1", "10.0.0.0/8"]}},
        sessionConstraints={"function": ["viewUsers"], "readOnly": True},
        api_session=by,
    )
    assert made["responseCode"] == 201
    text, key = made["data"]["apiKeyString"], made["data"]["keyDescriptor"]
    prefix = key["prefix"]
    assert prefix == f"{anna.id}/1" and text.startswith(prefix + "/") and len(text) > len(prefix) + 30
    assert (key["description"], key["lastUsedTimestamp"]) == ("for scripts", None)
    assert 9.99 < days_from_now(key["validUntil"]) < 10.01
    assert [it["address"] for it in key["validSources"]] == ["127.0.0.1", "10.0.0.0"]
    assert [it["maskBits"] for it in key["validSources"]] == [32, 8]
    assert [it["name"] for it in key["constraints"]["functions"]] == ["viewUsers"] and key["constraints"]["readOnly"]

    keyed = connect(argus, text)
    assert user.get_user(anna.name, api_session=keyed)["data"]["id"] == anna.id
    with pytest.raises(AccessDeniedException):
        user.add_user("root", "Not by this key", unique("made"), api_session=keyed)
    listed = apikey.list_api_keys(api_session=keyed)["data"]["keys"]
    assert [it["prefix"] for it in listed] == [prefix]
    assert listed[0]["lastUsedIP"]["address"] == "127.0.0.1" and listed[0]["lastUsedTimestamp"] > key["createdTimestamp"]

    for renew in (
        lambda days: apikey.renew_api_key_by_prefix(prefix, expirationDays=days, password=anna.password, api_session=by),
        lambda days: apikey.renew_api_key_by_id(1, expirationDays=days, password=anna.password, api_session=by),
    ):
        for days in (20, 30):
            assert abs(days_from_now(renew(days)["data"]["renewedKey"]["validUntil"]) - days) < 0.01
    assert abs(days_from_now(apikey.list_api_keys(api_session=by)["data"]["keys"][0]["validUntil"]) - 30) < 0.01

    revoked = apikey.revoke_api_key_by_prefix(prefix, api_session=by)["data"]
    assert [it["prefix"] for it in revoked["keys"]] == [prefix]
    refused_with(argus, text, "apikey.revoked")
    assert apikey.list_api_keys(api_session=by)["data"]["keys"] == []
    with pytest.raises(ObjectNotFoundException):
        apikey.revoke_api_key_by_prefix(prefix, api_session=by)
    with pytest.raises(ValidationErrorException):
        apikey.renew_api_key_by_prefix(prefix, password=anna.password, api_session=by)
    refused_with(argus, text, "apikey.revoked")


def test_a_key_without_further_words_lives_three_months(argus, person):
    anna = person()
    by = anna.login()
    made = apikey.initiate_api_key("key", password=anna.password, validSources="127.0.0.0/8", api_session=by)["data"]
    assert 89.99 < days_from_now(made["keyDescriptor"]["validUntil"]) < 90.01
    assert works(argus, made["apiKeyString"]) == anna.id


def test_what_a_key_of_ones_own_takes(argus, person):
    anna = person()
    by = anna.login()

    def refused(**request):
        request = {"description": "key", "password": anna.password, "validSources": ["127.0.0.1"], **request}
        with pytest.raises(ValidationErrorException) as refusal:
            apikey.initiate_api_key(api_session=by, **request)
        return fields(refusal)

    assert refused(password="wrong") == ["password"]
    assert refused(password=None) == ["password"]
    assert refused(description="<b>") == ["description"]
    assert refused(expirationDays=366) == ["expirationDays"]
    assert refused(expirationDays=0) == ["expirationDays"]
    assert refused(disableExpiration=True) == ["disableExpiration"]
    assert refused(disableSourceRestriction=True) == ["disableSourceRestriction"]
    assert refused(validSources=None) == ["validSources"]
    assert refused(validSources=["10.0.0.1/8"], description="<", expirationDays=366) == [
        "description",
        "expirationDays",
        "validSources",
    ]
    assert refused(sessionConstraints={"function": ["fly"]}) == ["sessionConstraints.function"]
    assert apikey.list_api_keys(api_session=by)["data"]["keys"] == []
    # The level of a key is not enough to make or change keys.
    keyed = anna.by_key()
    with pytest.raises(AccessDeniedException) as refusal:
        apikey.initiate_api_key("key", password=anna.password, validSources=["127.0.0.1"], api_session=keyed)
    assert refusal.value.parsed_resp["messages"][0]["messageTemplate"] == "access.denied.level"
    with pytest.raises(AccessDeniedException):
        apikey.revoke_api_key_by_prefix(f"{anna.id}/1", api_session=keyed)
    assert works(argus, keyed.auth.api_key) == anna.id


def test_nobody_comes_near_the_keys_of_others(argus, person):
    anna, berta = person(), person()
    key = anna.new_key()
    by = berta.login()
    prefix = f"{anna.id}/1"
    with pytest.raises(ObjectNotFoundException):
        apikey.revoke_api_key_by_prefix(prefix, api_session=by)
    with pytest.raises(ObjectNotFoundException):
        apikey.renew_api_key_by_prefix(prefix, password=berta.password, api_session=by)
    for call in (
        lambda: administration.list_user_api_keys(anna.name, api_session=by),
        lambda: administration.initiate_user_api_key(anna.name, "key", api_session=by),
        lambda: administration.renew_user_api_key_by_prefix(anna.name, prefix, api_session=by),
        lambda: administration.revoke_user_api_key_by_prefix(anna.name, prefix, api_session=by),
        lambda: administration.revoke_user_api_key_by_id(anna.name, 1, api_session=by),
    ):
        with pytest.raises(AccessDeniedException):
            call()
    assert works(argus, key) == anna.id


def test_keys_of_others_for_administrators(argus, admin, person):
    anna = person()
    made = administration.initiate_user_api_key(
        anna.name,
        "unlimited",
        disableExpiration=True,
        disableSourceRestriction=True,
        api_session=admin,
    )
    assert made["responseCode"] == 201
    text, key = made["data"]["apiKeyString"], made["data"]["keyDescriptor"]
    assert (key["validUntil"], key["validSources"], key["prefix"]) == (0, [], f"{anna.id}/1")
    assert works(argus, text) == anna.id
    # Networks as texts, as one text, and as the objects that are also documented.
    for sources in (["127.0.0.1/32"], "127.0.0.1", [{"address": "127.0.0.1", "maskBits": 32}]):
        other = administration.initiate_user_api_key(anna.id, "key", validSources=sources, api_session=admin)["data"]
        assert [it["address"] for it in other["keyDescriptor"]["validSources"]] == ["127.0.0.1"]
        assert works(argus, other["apiKeyString"]) == anna.id
    listed = administration.list_user_api_keys(anna.name, api_session=admin)["data"]["keys"]
    assert sorted(it["prefix"] for it in listed) == [f"{anna.id}/{number}" for number in (1, 2, 3, 4)]
    assert {it["createdByUser"]["shortName"] for it in listed} == {"admin"}
    assert len(apikey.list_api_keys(api_session=anna.login())["data"]["keys"]) == 4

    renewed = administration.renew_user_api_key_by_prefix(anna.name, key["prefix"], expirationDays=5, api_session=admin)
    assert 4.99 < days_from_now(renewed["data"]["renewedKey"]["validUntil"]) < 5.01
    forever = administration.renew_user_api_key_by_prefix(
        anna.name, key["prefix"], disableExpiration=True, api_session=admin
    )
    assert forever["data"]["renewedKey"]["validUntil"] == 0

    by_prefix = administration.revoke_user_api_key_by_prefix(anna.name, key["prefix"], api_session=admin)["data"]
    assert by_prefix["revokedKey"]["prefix"] == key["prefix"]
    by_number = administration.revoke_user_api_key_by_id(anna.name, 2, api_session=admin)["data"]
    assert by_number["revokedKey"]["prefix"] == f"{anna.id}/2"
    refused_with(argus, text, "apikey.revoked")
    listed = administration.list_user_api_keys(anna.name, api_session=admin)["data"]["keys"]
    assert sorted(it["prefix"] for it in listed) == [f"{anna.id}/3", f"{anna.id}/4"]
    berta = person()
    with pytest.raises(ObjectNotFoundException):
        administration.revoke_user_api_key_by_prefix(berta.name, f"{anna.id}/3", api_session=admin)
    with pytest.raises(ObjectNotFoundException):
        administration.list_user_api_keys("nobody-of-that-name", api_session=admin)


def test_a_key_from_another_network_is_refused(argus, admin, person):
    anna = person()
    made = administration.initiate_user_api_key(anna.name, "far away", validSources=["192.0.2.0/24"], api_session=admin)
    refused_with(argus, made["data"]["apiKeyString"], "apikey.invalid.source")


def test_a_blocked_user_has_no_key_and_no_session(argus, admin, person):
    anna = person()
    key, by = anna.new_key(), anna.login()
    administration.block_user(anna.name, api_session=admin)
    status = administration.get_user_authentication_status(anna.name, api_session=admin)["data"]
    assert status == {"blocked": True, "forcePasswordChange": False, "secondFactorRequired": False}
    refused_with(argus, key, "user.blocked")
    with pytest.raises(AuthenticationFailedException):
        session.get_session(api_session=by)
    administration.unblock_user(anna.name, api_session=admin)
    assert works(argus, key) == anna.id
    with pytest.raises(AuthenticationFailedException):
        session.get_session(api_session=by)
