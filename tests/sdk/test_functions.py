"""Functions and roles."""

import pytest
from argus_api.exceptions.http import AccessDeniedException, ObjectNotFoundException, ValidationErrorException
from argus_api.lib.authentication.v1 import session
from argus_api.lib.useradmin.v2 import function, functionmapping, permission

from harness.people import unique


def names(answer) -> list[str]:
    return [it["name"] for it in answer["data"]]


def may(by, name) -> bool:
    try:
        session.check_session_function_permission(name, api_session=by)
    except AccessDeniedException:
        return False
    return True


def test_a_role_from_adding_to_removing(admin, person):
    name = unique("role")
    # The client sends `otherRole` where nothing is said about the kind of role.
    made = function.add_function(
        name,
        "administrator",
        role=True,
        localizedNames={"english": "Night shift"},
        localizedDescriptions={"english": "For those awake"},
        api_session=admin,
    )["data"]
    assert (made["name"], made["roleType"], made["minimumSecurityLevel"], made["flags"]) == (name, "other", "standard", ["role"])
    assert (made["localizedName"], made["description"]) == ("Night shift", "For those awake")
    assert made["createdByUser"]["shortName"] == "admin"
    assert function.get_function(name, api_session=admin)["data"] == made
    assert function.get_function(made["id"], api_session=admin)["data"] == made
    assert "administrator" in names(function.list_function_parents(name, api_session=admin))

    anna = person()
    permission.grant_permission("root", name, anna.name, api_session=admin)
    by, keyed = anna.login(), anna.by_key()
    assert not may(by, "viewUsers")
    function.add_function_child(name, ["viewUsers", "createUser"], api_session=admin)
    assert sorted(names(function.list_function_children(name, api_session=admin))) == ["createUser", "viewUsers"]
    assert may(by, "viewUsers") and may(keyed, "createUser")
    function.remove_function_child(name, ["createUser"], api_session=admin)
    assert names(function.list_function_children(name, api_session=admin)) == ["viewUsers"]
    assert may(by, "viewUsers") and not may(keyed, "createUser")
    mapped = functionmapping.list_function_mappings(parent=[name], includeDeleted=True, api_session=admin)["data"]
    assert {it["child"]["name"]: it["flags"] for it in mapped} == {"viewUsers": [], "createUser": ["deleted"]}
    found = functionmapping.search_function_mappings(parent=[name], api_session=admin)["data"]
    assert [(it["parent"]["name"], it["child"]["name"]) for it in found] == [(name, "viewUsers")]

    changed = function.update_function(name, roleType="service", description="Others", api_session=admin)["data"]
    assert (changed["roleType"], changed["description"], changed["localizedName"]) == ("service", "Others", "Night shift")
    assert function.get_function(name, api_session=admin)["data"]["roleType"] == "service"
    removed = function.delete_function(name, api_session=admin)["data"]
    assert "deleted" in removed["flags"]
    assert not may(by, "viewUsers") and not may(keyed, "viewUsers")
    assert name not in names(function.list_functions(function=[name], api_session=admin))
    assert names(function.list_functions(function=[name], includeDeleted=True, api_session=admin)) == [name]
    with pytest.raises(ObjectNotFoundException):
        function.delete_function(name, api_session=admin)


def test_functions_are_found(admin):
    one, two = unique("found"), unique("found")
    function.add_function(one, "administrator", readOnly=True, minimumSecurityLevel="external", api_session=admin)
    function.add_function(two, one, role=True, api_session=admin)
    listed = function.list_functions(keywords=["FOUND-"], sortBy=["name"], limit=0, api_session=admin)
    assert {one, two} <= set(names(listed)) and listed["count"] == len(listed["data"])
    assert names(function.list_functions(ancestor=[one], keywords=[two], api_session=admin)) == [two]
    assert one in names(function.list_functions(descendant=[two], keywords=[one], api_session=admin))
    assert names(function.list_functions(keywords=["found-"], function=[one, two], includeFlag=["role"], api_session=admin)) == [two]
    external = function.list_functions(function=[one, two], minimumSecurityLevel="external", api_session=admin)
    assert names(external) == [one]
    found = function.search_functions(
        ["name"], "any", keywords=[one, two], excludeFlags=["readOnly"], subCriteria=[{"function": [one, two]}],
        sortBy=["-name"], api_session=admin,
    )
    assert names(found) == [two]


def test_what_a_function_takes(admin, person):
    before = function.list_functions(limit=1, includeDeleted=True, api_session=admin)["count"]
    with pytest.raises(ValidationErrorException) as refused:
        function.add_function("no name", "nothing-of-that-name", roleType="king", api_session=admin)
    fields = sorted(message["field"] for message in refused.value.parsed_resp["messages"])
    assert fields == ["name", "parent", "roleType"]
    anna = person("viewFunctions").login()
    with pytest.raises(AccessDeniedException):
        function.add_function(unique("made"), "viewFunctions", api_session=anna)
    with pytest.raises(AccessDeniedException):
        function.delete_function("viewFunctions", api_session=anna)
    assert function.list_functions(limit=1, includeDeleted=True, api_session=anna)["count"] == before
    with pytest.raises(AccessDeniedException):
        function.list_functions(api_session=person().login())
