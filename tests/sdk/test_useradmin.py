"""Users, groups, memberships and permissions, administered through the client."""

import pytest
from argus_api.exceptions.http import (
    AccessDeniedException,
    AuthenticationFailedException,
    ObjectNotFoundException,
    ValidationErrorException,
)
from argus_api.lib.authentication.v1 import session
from argus_api.lib.useradmin.v2 import group, membership, permission, subject, user

from harness.people import unique


def names(answer) -> list[str]:
    return [it["shortName"] for it in answer["data"]]


def test_a_user_from_adding_to_coming_back(argus, admin):
    name = unique("Aase")
    added = user.add_user(
        "root",
        "Åse Ødegård",
        name,
        phone={"countryCode": "+47", "nationalNumber": "98 76 54 32"},
        email=f"{name}@example.org",
        description="Analyst (night)",
        language="norwegian",
        daemonAccount=True,
        enableAuthenticationMethods=["password"],
        api_session=admin,
    )
    made = added["data"]
    assert (made["shortName"], made["name"], made["type"], made["language"]) == (name, "Åse Ødegård", "user", "norwegian")
    assert set(made["flags"]) == {"daemonAccount", "passwordNotSet"} and made["memberOf"] == []
    assert made["phone"] == {"countryCode": "47", "nationalNumber": "98765432"}
    assert (made["customer"]["shortName"], made["domain"]["name"]) == ("root", argus.domain)
    assert made["createdByUser"]["shortName"] == "admin" and made["createdTimestamp"] > 1.7e12
    for by in (name, name.upper(), made["id"]):
        assert user.get_user(by, domain=argus.domain, api_session=admin)["data"] == made

    changed = user.update_user(name, name="Åse", email="", phone={}, daemonAccount=False, api_session=admin)["data"]
    assert (changed["name"], changed["email"], changed["phone"]) == ("Åse", None, None)
    assert (changed["language"], changed["description"]) == ("norwegian", "Analyst (night)"), "only what is given"
    assert user.get_user(name, api_session=admin)["data"] == changed
    renamed = unique("renamed")
    user.update_user(name, shortName=renamed, api_session=admin)
    with pytest.raises(ObjectNotFoundException):
        user.get_user(name, api_session=admin)
    assert user.move_user(renamed, "root", api_session=admin)["data"]["customer"]["shortName"] == "root"

    gone = user.delete_user(renamed, api_session=admin)["data"]
    assert "deleted" in gone["flags"] and gone["deletedByUser"]["shortName"] == "admin"
    assert names(user.list_users(keywords=[renamed], api_session=admin)) == []
    assert names(user.list_users(keywords=[renamed], includeDeleted=True, api_session=admin)) == [renamed]
    with pytest.raises(ObjectNotFoundException):
        user.delete_user(renamed, api_session=admin)
    back = user.reenable_user(renamed, api_session=admin)["data"]
    assert "deleted" not in back["flags"] and back["deletedTimestamp"] is None
    assert names(user.list_users(keywords=[renamed], api_session=admin)) == [renamed]


def test_a_deleted_user_is_nobody_at_once(admin, person):
    anna = person()
    by, key = anna.login(), anna.by_key()
    user.delete_user(anna.name, api_session=admin)
    for ended in (by, key):
        with pytest.raises(AuthenticationFailedException):
            session.get_session(api_session=ended)
    user.reenable_user(anna.name, api_session=admin)
    assert session.get_session(api_session=key)["data"]["userID"] == anna.id
    with pytest.raises(AuthenticationFailedException):
        session.get_session(api_session=by)


def test_users_are_searched(admin):
    word = unique("searched")
    for number, language in enumerate(("english", "norwegian", "english")):
        name = f"{word}-{number}"
        user.add_user("root", f"Name {2 - number}", name, language=language, daemonAccount=number == 1, api_session=admin)
    user.delete_user(f"{word}-2", api_session=admin)

    def search(**criteria):
        criteria = {
            # The client cannot do without these five.
            "keywordFieldStrategy": ["shortName", "name"],
            "keywordMatchStrategy": "all",
            "timeMatchStrategy": "any",
            "timeFieldStrategy": ["createdTimestamp"],
            "sortBy": ["shortName"],
            "keywords": [word],
            **criteria,
        }
        return names(user.search_users(api_session=admin, **criteria))

    zero, one, two = (f"{word}-{number}" for number in range(3))
    assert search() == [zero, one]
    assert search(includeDeleted=True) == [zero, one, two]
    assert search(includeDeleted=True, sortBy=["name"]) == [two, one, zero]
    assert search(includeDeleted=True, sortBy=["-shortName"], limit=1, offset=1) == [one]
    assert search(includeFlags=["daemonAccount"]) == [one]
    assert search(excludeFlags=["daemonAccount"]) == [zero]
    assert search(keywords=[word, "name 1"]) == [one]
    assert search(keywords=[zero, one], keywordMatchStrategy="any") == [zero, one]
    assert search(keywords=["name 1"], keywordFieldStrategy=["shortName"]) == []
    assert search(customer=["root"], subject=[one]) == [one]
    # The client has no argument for it, but takes more members of the body.
    assert search(userFieldStrategy=["createdByUser"], body={"user": ["admin"]}) == [zero, one]
    assert search(userFieldStrategy=["lastUpdatedByUser"], body={"user": ["admin"]}) == []
    assert search(subCriteria=[{"includeFlags": ["daemonAccount"], "exclude": True}]) == [zero]
    assert search(subCriteria=[{"subject": [zero]}, {"subject": [one]}]) == [zero, one]
    newest = user.get_user(one, api_session=admin)["data"]["createdTimestamp"]
    assert search(startTimestamp=newest) == [one]
    assert search(endTimestamp=newest - 1) == [zero]
    assert search(includeDeleted=True, timeFieldStrategy=["deletedTimestamp"], startTimestamp=newest) == [two]


def test_who_may_not_do_it_does_not(admin, person):
    anna = person("viewUsers").login()
    name = unique("other")
    user.add_user("root", "Other", name, api_session=admin)
    before = user.get_user(name, api_session=anna)["data"]
    for call in (
        lambda: user.add_user("root", "n", unique("made"), api_session=anna),
        lambda: user.update_user(name, name="changed", api_session=anna),
        lambda: user.delete_user(name, api_session=anna),
        lambda: user.reenable_user(name, api_session=anna),
        lambda: user.move_user(name, "root", api_session=anna),
        lambda: group.add_group("root", "n", unique("made"), api_session=anna),
        lambda: permission.grant_permission("root", "viewUsers", name, api_session=anna),
        lambda: permission.list_permissions(api_session=anna),
    ):
        with pytest.raises(AccessDeniedException):
            call()
    assert user.get_user(name, api_session=anna)["data"] == before


def test_a_group_and_its_members(admin, person):
    anna, berta = person(), person()
    name, outer = unique("group"), unique("outer")
    made = group.add_group("root", "Night shift", name, description="Those awake", api_session=admin)["data"]
    assert (made["type"], made["flags"], made["description"]) == ("group", [], "Those awake")
    group.add_group("root", "Outer", outer, daemonAccount=True, api_session=admin)
    assert group.get_group(name, api_session=admin)["data"] == made
    assert names(group.list_groups_1(keywords=[name], api_session=admin)) == [name]

    members = group.add_group_members(name, [anna.name, str(berta.id)], comment="They asked", api_session=admin)
    assert sorted(names(members)) == sorted([anna.name, berta.name])
    joined = subject.add_subject_group_memberships(name, [outer], comment="All of them", api_session=admin)["data"]
    assert (joined[0]["group"]["shortName"], joined[0]["member"]["shortName"]) == (outer, name)
    assert (joined[0]["addComment"], joined[0]["addedByUser"]["shortName"]) == ("All of them", "admin")
    assert [it["shortName"] for it in user.get_user(anna.name, api_session=admin)["data"]["memberOf"]] == [name]

    # What a group may do, its members and those of its groups may do.
    keyed = anna.by_key()
    with pytest.raises(AccessDeniedException):
        session.check_session_permission("viewUsers", "root", api_session=keyed)
    granted = permission.grant_permission("root", "viewUsers", outer, api_session=admin)["data"]
    session.check_session_permission("viewUsers", "root", api_session=keyed)
    assert names(subject.list_subjects(keywords=[outer], api_session=keyed)) == [outer]
    inherited = user.search_users(
        ["all"], "all", "any", ["id"], ["createdTimestamp"], parent=[name], api_session=keyed
    )
    assert sorted(names(inherited)) == sorted([anna.name, berta.name])
    theirs = user.list_permissions_for_user(anna.name, api_session=admin)["data"]
    assert [it["id"] for it in theirs] == [granted["id"]]
    assert user.list_permissions_for_user(anna.name, includeInherited=False, api_session=admin)["data"] == []
    assert [it["id"] for it in group.list_permissions_for_group(outer, api_session=admin)["data"]] == [granted["id"]]

    group.delete_group(outer, api_session=admin)
    with pytest.raises(AccessDeniedException):
        session.check_session_permission("viewUsers", "root", api_session=keyed)
    group.reenable_group(outer, api_session=admin)
    session.check_session_permission("viewUsers", "root", api_session=keyed)
    left = group.remove_subjects_from_group(name, [anna.name], comment="Enough", api_session=admin)
    assert names(left) == [berta.name] == names(group.list_subjects_in_group(name, api_session=admin))
    with pytest.raises(AccessDeniedException):
        session.check_session_permission("viewUsers", "root", api_session=keyed)

    ended = membership.list_memberships(subject=[anna.name], includeDeleted=True, api_session=admin)["data"]
    assert [(it["flags"], it["removeComment"]) for it in ended] == [(["deleted"], "Enough")]
    assert membership.list_memberships(subject=[anna.name], api_session=admin)["data"] == []
    lasting = membership.list_memberships(subject=[berta.name], api_session=admin)["data"]
    removed = membership.remove_memberships_bulk([lasting[0]["id"]], comment="All go", api_session=admin)["data"]
    assert [it["removeComment"] for it in removed] == ["All go"]
    assert group.list_subjects_in_group(name, api_session=admin)["data"] == []
    with pytest.raises(ValidationErrorException) as refused:
        group.remove_subjects_from_group(name, [berta.name], api_session=admin)
    assert refused.value.parsed_resp["messages"][0]["field"] == "subject"

    renamed = unique("renamed")
    group.update_group(name, shortName=renamed, name="Day shift", externallyManaged=True, api_session=admin)
    found = group.get_group(renamed, api_session=admin)["data"]
    assert (found["name"], found["flags"], found["description"]) == ("Day shift", ["externallyManaged"], "Those awake")
    assert group.move_group(renamed, "root", api_session=admin)["data"]["customer"]["shortName"] == "root"
    found = group.search_groups(
        ["all"], "all", "any", ["-id"], ["createdTimestamp"], keywords=[renamed], api_session=admin
    )
    assert names(found) == [renamed]


def test_subjects_are_users_and_groups(admin):
    word = unique("subject")
    user.add_user("root", "A user", f"{word}-user", api_session=admin)
    group.add_group("root", "A group", f"{word}-group", api_session=admin)
    listed = subject.list_subjects(keywords=[word], sortBy="shortName", api_session=admin)
    assert [(it["shortName"], it["type"]) for it in listed["data"]] == [(f"{word}-group", "group"), (f"{word}-user", "user")]
    for type in ("user", "group"):
        found = subject.search_subjects(
            ["shortName"], "all", "any", ["id"], ["createdTimestamp"], keywords=[word], type=[type], api_session=admin
        )
        assert names(found) == [f"{word}-{type}"]
        assert subject.get_subject(f"{word}-{type}", api_session=admin)["data"]["type"] == type


def test_memberships_are_searched(admin, person):
    anna = person()
    one, two = unique("group"), unique("group")
    for name in (one, two):
        group.add_group("root", name, name, api_session=admin)
        group.add_group_members(name, [anna.name], api_session=admin)
    group.remove_subjects_from_group(one, [anna.name], api_session=admin)

    def search(**criteria):
        found = membership.search_memberships(subject=[anna.name], sortBy=["addedTimestamp"], api_session=admin, **criteria)
        return [it["group"]["shortName"] for it in found["data"]]

    assert search() == [two]
    assert search(includeDeleted=True) == [one, two]
    assert search(includeDeleted=True, timeFieldStrategy=["removedTimestamp"], startTimestamp="now - 1 hour") == [one]
    assert search(timeFieldStrategy=["addedTimestamp"], endTimestamp="now - 1 hour") == []


def test_permissions_are_granted_and_revoked(admin, person):
    anna = person()
    by, keyed = anna.login(), anna.by_key()
    granted = permission.grant_permission("root", "viewUsers", anna.name, comment="For audits", api_session=admin)["data"]
    assert (granted["subject"]["shortName"], granted["customer"]["shortName"]) == (anna.name, "root")
    assert (granted["function"]["name"], granted["grantComment"], granted["flags"]) == ("viewUsers", "For audits", [])
    assert granted["grantedByUser"]["shortName"] == "admin"
    assert user.get_user(anna.name, api_session=keyed)["data"]["id"] == anna.id, "at once"
    with pytest.raises(ValidationErrorException) as refused:
        permission.grant_permission("root", "viewUsers", anna.name, api_session=admin)
    assert refused.value.parsed_resp["messages"][0]["messageTemplate"] == "permission.exists"

    def own(**options):
        found = permission.list_permissions(subject=[anna.name], api_session=admin, **options)["data"]
        return [it["function"]["name"] for it in found]

    assert own() == ["viewUsers"]
    grants = [{"subject": anna.name, "customer": "root", "function": name} for name in ("createUser", "deleteUser")]
    more = permission.grant_permissions_bulk(grants, api_session=admin)["data"]
    assert sorted(own()) == ["createUser", "deleteUser", "viewUsers"]
    assert own(function=["createUser"]) == ["createUser"]
    bad = [*grants, {"subject": "nobody-of-that-name", "customer": "root", "function": "fly"}]
    with pytest.raises(ValidationErrorException) as refused:
        permission.grant_permissions_bulk(bad, api_session=admin)
    fields = {message["field"] for message in refused.value.parsed_resp["messages"]}
    assert fields == {"permissions[2].subject", "permissions[2].function"}

    revoked = permission.revoke_permission(granted["id"], comment="Done", api_session=admin)["data"]
    assert (revoked["flags"], revoked["revokeComment"]) == (["deleted"], "Done")
    with pytest.raises(AccessDeniedException):
        user.get_user(anna.name, api_session=keyed)
    both = permission.revoke_permissions_bulk([it["id"] for it in more], comment="All", api_session=admin)["data"]
    assert [it["revokeComment"] for it in both] == ["All", "All"]
    assert own() == [] and sorted(own(includeDeleted=True)) == ["createUser", "deleteUser", "viewUsers"]
    found = permission.search_permissions(
        ["all"], "all", subject=[anna.name], includeDeleted=True, timeFieldStrategy=["revokedTimestamp"],
        startTimestamp="now - 1 hour", sortBy=["-id"], limit=2, api_session=admin,
    )
    assert found["count"] == 3 and [it["id"] for it in found["data"]] == sorted((it["id"] for it in more), reverse=True)
    with pytest.raises(ObjectNotFoundException):
        permission.revoke_permission(granted["id"], api_session=admin)
    # Nobody gives what they do not hold.
    permission.grant_permission("root", "grantRole", anna.name, api_session=admin)
    with pytest.raises(AccessDeniedException):
        permission.grant_permission("root", "administrator", anna.name, api_session=by)
    assert own() == ["grantRole"]


def test_permissions_are_found_from_above_and_below(admin, person):
    anna = person("createUser")
    name = unique("group")
    group.add_group("root", name, name, api_session=admin)
    group.add_group_members(name, [anna.name], api_session=admin)
    permission.grant_permission("root", "viewUsers", name, api_session=admin)

    def found(**criteria):
        listed = permission.list_permissions(limit=0, api_session=admin, **criteria)["data"]
        mine = [it for it in listed if it["subject"]["shortName"] in (name, anna.name)]
        return sorted(it["function"]["name"] for it in mine)

    # The client asks for ascendants and descendants unless it is told otherwise.
    assert found(subject=[anna.name]) == ["createUser", "viewUsers"]
    assert found(subject=[anna.name], includeSubjectAscendants=False) == ["createUser"]
    assert found(subject=[name]) == ["createUser", "viewUsers"]
    assert found(subject=[name], includeSubjectDescendants=False) == ["viewUsers"]


def test_permissions_are_found_by_keywords(admin, person):
    anna = person("createUser", "viewUsers")

    def found(*keywords, **options):
        listed = permission.list_permissions(subject=[anna.name], keywords=keywords, api_session=admin, **options)["data"]
        return sorted(it["function"]["name"] for it in listed)

    assert found("VIEWU") == ["viewUsers"]
    assert found(anna.name) == ["createUser", "viewUsers"]
    assert found(anna.name, keywordField=["function"]) == []
