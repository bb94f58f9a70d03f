"""Sessions made from others, lists of sessions, ending them, and what a session may do."""

import pytest
from argus_api.authentication import SessionTokenAuth
from argus_api.exceptions.http import (
    AccessDeniedException,
    AuthenticationFailedException,
    ObjectNotFoundException,
    ValidationErrorException,
)
from argus_api.lib.authentication.v1 import constrain, impersonate, session
from argus_api.lib.authentication.v1.user import user as administration
from argus_api.lib.useradmin.v2 import user

from harness.people import administrator, connect, make_person, unique


def who(by):
    return session.get_session(api_session=by)["data"]


def functions(by):
    return [function["name"] for function in session.get_session_functions(api_session=by)["data"]]


def try_to_add(by):
    """Adds a user, and gives the user's name."""
    name = unique("made")
    user.add_user("root", "Made", name, api_session=by)
    return name


@pytest.mark.parametrize("way", ["login", "bearer", "by_key"])
def test_a_constrained_session_is_another_one(person, way):
    anna = person("viewUsers", "createUser")
    parent = getattr(anna, way)()
    before = who(parent)
    cut = parent.new_constrained_session(functions=["viewUsers"])
    assert isinstance(cut.auth, SessionTokenAuth)
    data = who(cut)
    assert data["userID"] == anna.id and data["identifier"] != before["identifier"]
    assert (data["authenticationMethod"], data["securityLevel"]) == (before["authenticationMethod"], before["securityLevel"])
    assert functions(cut) == ["viewUsers"]
    assert user.get_user(anna.name, api_session=cut)["data"]["id"] == anna.id
    with pytest.raises(AccessDeniedException):
        try_to_add(cut)
    # The parent is what it was.
    assert who(parent)["identifier"] == before["identifier"]
    assert set(functions(parent)) == {"viewUsers", "createUser"}
    made = try_to_add(parent)
    assert user.get_user(made, api_session=cut)["data"]["name"] == "Made"
    # From a constrained one another can be made, which can do nothing more.
    inner = cut.new_constrained_session(functions=["viewUsers", "createUser"])
    assert functions(inner) == ["viewUsers"]


def test_a_constrained_session_ends_with_its_parent(person):
    anna = person("viewUsers")
    parent = anna.login()
    cut = parent.new_constrained_session(functions=["viewUsers"])
    session.delete_session(api_session=cut)
    with pytest.raises(AuthenticationFailedException):
        who(cut)
    assert who(parent)["userID"] == anna.id
    cut = parent.new_constrained_session(functions=["viewUsers"])
    assert who(cut)["userID"] == anna.id
    session.delete_session(api_session=parent)
    with pytest.raises(AuthenticationFailedException):
        who(cut)


def test_constraints_by_customer(person):
    parent = person("viewUsers").login()
    root = session.get_session_customers(api_session=parent)["data"][0]
    # The client takes numbers and names of customers.
    for customer in (root["shortName"], root["id"], str(root["id"])):
        cut = parent.new_constrained_session(customers=[customer])
        customers = session.get_session_customers(api_session=cut)["data"]
        assert root["id"] in [it["id"] for it in customers]
    with pytest.raises(ValidationErrorException) as refused:
        parent.new_constrained_session(customers=["nowhere"], functions=["fly"])
    assert sorted(message["field"] for message in refused.value.parsed_resp["messages"]) == ["customer", "function"]


def test_the_functions_that_constrain(argus, person):
    anna = person("viewUsers", "createUser")
    parent = anna.bearer()
    made = session.constrain_session(function=["createUser", "viewUsers"], readOnly=True, api_session=parent)["data"]
    cut = connect(argus, SessionTokenAuth(made["credentials"]["requestCredentialsData"]))
    assert who(cut)["readOnly"] is True
    with pytest.raises(AccessDeniedException):
        try_to_add(cut)
    number = session.get_session_functions(api_session=parent)["data"][0]
    old = constrain.constrain(functionID=[number["id"]], api_session=parent)["data"]
    cut = connect(argus, SessionTokenAuth(old["requestCredentialsData"]))
    assert functions(cut) == [number["name"]]
    # By cookie, the client's own session becomes the narrower one.
    cookie = anna.login()
    wide = who(cookie)["identifier"]
    session.constrain_session(function=["viewUsers"], api_session=cookie)
    assert who(cookie)["identifier"] != wide and functions(cookie) == ["viewUsers"]


def test_the_settings_demand_tokens_of_parents_too(strict):
    anna = make_person(strict, administrator(strict), "viewUsers", "createUser")
    parent = anna.login()
    cut = parent.new_constrained_session(functions=["createUser"])
    try_to_add(cut)
    try_to_add(parent)
    assert functions(parent) != functions(cut) == ["createUser"]


def test_what_a_session_may_do(argus, person):
    for by in (person("viewUsers").login(), person("viewUsers").by_key()):
        assert functions(by) == ["viewUsers"]
        root = session.get_session_customers(api_session=by)["data"][0]
        assert (root["shortName"], root["domain"]["name"]) == ("root", argus.domain)
        assert session.check_session_function_permission("viewUsers", api_session=by)["responseCode"] == 200
        for customer in ("root", root["id"]):
            session.check_session_permission("viewUsers", customer, domain=argus.domain, api_session=by)
        for function, customer in (("createUser", "root"), ("viewUsers", "nowhere"), ("fly", "root")):
            with pytest.raises(AccessDeniedException):
                session.check_session_permission(function, customer, api_session=by)
        with pytest.raises(AccessDeniedException):
            session.check_session_function_permission("createUser", api_session=by)


def test_the_domain_of_a_session_can_be_asserted(argus, person):
    by = person().login()
    assert session.get_session(domain=argus.domain, api_session=by)["data"]["username"] == by.auth.username
    with pytest.raises(AuthenticationFailedException):
        session.get_session(domain="elsewhere", api_session=by)


def test_the_methods_of_a_session(person):
    anna = person()
    by = anna.login()

    def initialized():
        configured = session.get_session_auth_methods(api_session=by)["data"]
        return {it["method"]: it["initialized"] for it in configured if it["method"] in ("PASSWORD", "APIKEY")}

    assert initialized() == {"PASSWORD": True, "APIKEY": False}
    anna.new_key(by=by)
    assert initialized() == {"PASSWORD": True, "APIKEY": True}


def test_sessions_are_listed_and_evicted(admin, person):
    anna = person()
    one, two, three = anna.login(), anna.login(), anna.bearer()
    # A list of sessions is an addition of this server: the client has no function for it, but a session can ask.
    mine = one.get("/authentication/v1/sessions").json()["data"]
    identifiers = [who(by)["identifier"] for by in (three, two, one)]
    assert [it["identifier"] for it in mine] == identifiers
    listed = admin.get(f"/authentication/v1/user/{anna.name}/sessions").json()
    assert [it["identifier"] for it in listed["data"]] == identifiers and listed["count"] == 3
    evicted = session.evict_session(identifiers[1], api_session=admin)["data"]
    assert (evicted["identifier"], evicted["userID"]) == (identifiers[1], anna.id)
    with pytest.raises(AuthenticationFailedException):
        who(two)
    assert who(one) and who(three)
    for gone in (identifiers[1], "abac-da00/172.27.10.10", "nothing"):
        with pytest.raises(ObjectNotFoundException):
            session.evict_session(gone, api_session=admin)
    with pytest.raises(AccessDeniedException):
        session.evict_session(identifiers[0], api_session=one)
    assert administration.delete_all_user_sessions(anna.name, api_session=admin)["data"] == {"sessionsDeleted": 2}
    for by in (one, three):
        with pytest.raises(AuthenticationFailedException):
            who(by)
    assert administration.delete_all_user_sessions(anna.id, api_session=admin)["data"] == {"sessionsDeleted": 0}


def test_acting_as_somebody_else_takes_the_highest_level(admin, person):
    anna = person()
    for call in (session.impersonate_session, impersonate.impersonate):
        with pytest.raises(AccessDeniedException) as refused:
            call(user=anna.name, api_session=admin)
        assert refused.value.parsed_resp["messages"][0]["messageTemplate"] == "access.denied.level"
