"""Users, groups and functions as everybody sees them."""

import pytest
from argus_api.exceptions.http import AccessDeniedException, ObjectNotFoundException
from argus_api.lib.useradmin.v2 import group as groups
from argus_api.lib.useradmin.v2 import user as users
from argus_api.lib.users.v2 import function, group, subject, user

from harness.people import unique

SEES = ("viewBasicSubject", "viewRelatedBasicSubject", "viewBasicFunctions")


def names(answer) -> list[str]:
    return [it["shortName"] for it in answer["data"]]


@pytest.fixture(scope="module")
def made(admin):
    """A word in the names of a user, who is in one group, which is in another."""
    word = unique("basic")
    users.add_user(
        "root", "Basic", f"{word}-user", email=f"{word}@example.org", daemonAccount=True,
        phone={"countryCode": "47", "nationalNumber": "98765432"}, api_session=admin,
    )
    for name in ("inner", "outer"):
        groups.add_group("root", name, f"{word}-{name}", api_session=admin)
    groups.add_group_members(f"{word}-inner", [f"{word}-user"], api_session=admin)
    groups.add_group_members(f"{word}-outer", [f"{word}-inner"], api_session=admin)
    return word


def test_a_user_in_short(admin, person, made):
    by = person(*SEES).login()
    seen = user.get_basic_user(f"{made}-user", api_session=by)["data"]
    whole = users.get_user(f"{made}-user", api_session=admin)["data"]
    assert {name: seen[name] for name in ("id", "shortName", "name", "language")} == {
        name: whole[name] for name in ("id", "shortName", "name", "language")
    }
    assert (seen["customer"]["shortName"], seen["flags"]) == ("root", ["daemonAccount"])
    assert seen.get("email") is None and seen.get("phone") is None, "that is private"
    curious = person(*SEES, "viewBasicUserPrivateInfo").login()
    seen = user.get_basic_user(whole["id"], api_session=curious)["data"]
    assert (seen["email"], seen["phone"]) == (whole["email"], whole["phone"])
    assert names(user.list_basic_users(keywords=[made], api_session=by)) == [f"{made}-user"]
    assert names(user.search_basic_users(["shortName"], "all", keywords=[made], api_session=by)) == [f"{made}-user"]
    assert names(user.list_basic_users(keywords=[made], excludeFlag=["daemonAccount"], api_session=by)) == []
    with pytest.raises(ObjectNotFoundException):
        user.get_basic_user("nobody-of-that-name", api_session=by)
    with pytest.raises(AccessDeniedException):
        user.get_basic_user(f"{made}-user", api_session=person().login())


def test_groups_in_short(admin, person, made):
    by = person(*SEES, "viewUsers").login()
    seen = group.get_basic_group(f"{made}-inner", api_session=by)["data"]
    assert (seen["shortName"], seen["customer"]["shortName"]) == (f"{made}-inner", "root")
    listed = group.list_basic_groups(keywords=[made], sortBy=["-shortName"], api_session=by)
    assert names(listed) == [f"{made}-outer", f"{made}-inner"]
    found = group.search_basic_groups(["shortName"], "any", keywords=[f"{made}-outer"], api_session=by)
    assert names(found) == [f"{made}-outer"]
    id = users.get_user(f"{made}-user", api_session=admin)["data"]["id"]
    assert names(subject.get_subject_group_memberships(id, includeInherited=False, api_session=by)) == [f"{made}-inner"]
    inherited = subject.get_subject_group_memberships(id, sortBy=["id"], api_session=by)
    assert names(inherited) == [f"{made}-inner", f"{made}-outer"]


def test_subjects_in_short(person, made):
    by = person(*SEES).login()
    listed = subject.list_basic_subjects(keywords=[made], sortBy=["shortName"], api_session=by)
    assert [(it["shortName"].removeprefix(f"{made}-"), it["type"]) for it in listed["data"]] == [
        ("inner", "group"),
        ("outer", "group"),
        ("user", "user"),
    ]
    found = subject.search_basic_subjects(["shortName"], "all", keywords=[made], type=["user"], api_session=by)
    assert names(found) == [f"{made}-user"]
    assert subject.get_basic_subject(f"{made}-outer", api_session=by)["data"]["type"] == "group"


def test_functions_in_short(person):
    by = person(*SEES).login()
    seen = function.get_basic_function("viewBasicFunctions", api_session=by)["data"]
    assert seen["name"] == "viewBasicFunctions" and seen["minimumSecurityLevel"] in ("external", "standard")
    listed = function.list_basic_functions(keywords=["viewBasic"], sortBy=["name"], api_session=by)["data"]
    assert [it["name"] for it in listed][:2] == ["viewBasicCustomer", "viewBasicFunctions"] or len(listed) >= 2
    own = function.search_basic_functions(["all"], "all", requirePermission=True, limit=0, api_session=by)["data"]
    assert {it["name"] for it in own} == set(SEES)
    with pytest.raises(AccessDeniedException):
        function.list_basic_functions(api_session=person().login())
