"""Customers: administered, and looked at by everybody else."""

import pytest
from argus_api.exceptions.http import AccessDeniedException, ObjectNotFoundException, ValidationErrorException
from argus_api.lib.customeradmin.v2 import customer
from argus_api.lib.customers.v2 import customer as basic
from argus_api.lib.customers.v2 import domain
from argus_api.lib.useradmin.v2 import group, user
from argus_api.pagination import paginated_items

from harness.people import unique


def names(answer) -> list[str]:
    return [it["shortName"] for it in answer["data"]]


def new(admin, parent="root", **options) -> dict:
    name = unique("customer")
    return customer.add_customer(name.title(), parent, name, api_session=admin, **options)["data"]


def test_a_customer_from_adding_to_coming_back(argus, admin):
    name = unique("acme")
    added = customer.add_customer(
        "Acme (north)", "root", name, type="group", excludeFromProduction=True, language="norwegian", api_session=admin
    )
    made = added["data"]
    assert added["responseCode"] == 201
    assert (made["shortName"], made["name"], made["type"]) == (name, "Acme (north)", "group")
    assert (made["parent"]["shortName"], made["domain"]["name"]) == ("root", argus.domain)
    assert (made["language"], made["timeZone"]) == ("norwegian", "Europe/Oslo")
    assert made["flags"] == ["excludeFromProduction"] and made["createdByUser"]["shortName"] == "admin"
    for by in (name, name.upper(), made["id"]):
        assert customer.get_customer(by, domain=argus.domain, api_session=admin)["data"] == made

    changed = customer.update_customer(
        name, name="Acme", timeZone="UTC", excludeFromProduction=False, denySubmitForAnonymousUser=True, api_session=admin
    )["data"]
    assert (changed["name"], changed["timeZone"], changed["language"]) == ("Acme", "UTC", "norwegian")
    assert changed["flags"] == ["denySubmitForAnonymousUser"]
    assert customer.get_customer(name, api_session=admin)["data"] == changed
    other = new(admin, type="group")
    moved = customer.move_customer(name, other["shortName"], api_session=admin)["data"]
    assert moved["parent"]["id"] == other["id"]

    gone = customer.disable_customer(name, api_session=admin)["data"]
    assert "disabled" in gone["flags"] and gone["deletedByUser"]["shortName"] == "admin"
    assert names(customer.search_customers(keywords=[name], api_session=admin)) == []
    assert names(customer.search_customers(keywords=[name], includeDeleted=True, api_session=admin)) == [name]
    with pytest.raises((ObjectNotFoundException, ValidationErrorException)):
        customer.disable_customer(name, api_session=admin)
    back = customer.reenable_customer(name, api_session=admin)["data"]
    assert "disabled" not in back["flags"]
    assert names(customer.search_customers(keywords=[name], api_session=admin)) == [name]


def test_customers_are_found(admin):
    top = new(admin, type="group")
    below = [new(admin, top["shortName"], type=type) for type in ("leaf", "group", "leaf")]
    deep = new(admin, below[1]["shortName"], type="leaf")
    children = [it["shortName"] for it in below]
    assert names(customer.list_customers(parent=[top["shortName"]], sortBy=["id"], api_session=admin)) == children
    assert names(customer.list_customers(parent=[top["id"]], sortBy=["-id"], limit=2, api_session=admin)) == children[:0:-1]
    assert names(customer.list_customers(keywords=[deep["shortName"]], api_session=admin)) == [deep["shortName"]]

    def search(**criteria):
        return names(customer.search_customers(sortBy=["id"], api_session=admin, **criteria))

    assert search(parent=[top["shortName"]], type=["leaf"]) == [children[0], children[2]]
    descendants = search(ancestor=[top["shortName"]])
    assert [name for name in descendants if name != top["shortName"]] == [*children, deep["shortName"]]
    assert search(parent=[top["id"]], subCriteria=[{"type": ["group"], "exclude": True}]) == [children[0], children[2]]
    assert search(keywords=children[:2], keywordMatchStrategy="any", keywordFieldStrategy=["shortName"]) == children[:2]
    walked = paginated_items(customer.search_customers)(parent=[top["id"]], sortBy=["id"], limit=2, api_session=admin)
    assert [it["shortName"] for it in walked] == children


def test_rights_reach_down_and_not_aside(admin, person):
    red, blue = new(admin, type="group"), new(admin, type="group")
    leaf = new(admin, red["shortName"], type="leaf")
    anna = person("viewUsers", "createUser", "viewCustomers", customer=red["shortName"])
    by = anna.login()
    inside = unique("made")
    made = user.add_user(leaf["shortName"], "Inside", inside, api_session=by)["data"]
    assert made["customer"]["id"] == leaf["id"]
    with pytest.raises(ValidationErrorException) as refused:
        user.add_user(blue["shortName"], "Outside", unique("made"), api_session=by)
    assert [it["field"] for it in refused.value.parsed_resp["messages"]] == ["customer"]
    outside = unique("made")
    user.add_user(blue["shortName"], "Outside", outside, api_session=admin)
    with pytest.raises(ObjectNotFoundException):
        user.get_user(outside, api_session=by)
    assert sorted(names(user.list_users(limit=0, api_session=by))) == sorted([anna.name, inside])
    assert sorted(names(customer.list_customers(api_session=by))) == sorted([red["shortName"], leaf["shortName"]])
    for unseen in (blue["shortName"], blue["id"]):
        with pytest.raises(ObjectNotFoundException):
            customer.get_customer(unseen, api_session=by)
    # Narrower still: one customer below.
    cut = by.new_constrained_session(customers=[leaf["id"]])
    assert names(user.list_users(api_session=cut)) == [inside]
    assert names(user.list_users(limit=0, api_session=by)) != [inside]
    for call in (
        lambda: customer.add_customer("n", red["shortName"], unique("made"), api_session=by),
        lambda: customer.update_customer(leaf["id"], name="n", api_session=by),
        lambda: customer.disable_customer(leaf["id"], api_session=by),
    ):
        with pytest.raises(AccessDeniedException):
            call()
    # Moved elsewhere, it is somebody else's.
    customer.move_customer(leaf["shortName"], blue["shortName"], api_session=admin)
    with pytest.raises(ObjectNotFoundException):
        user.get_user(inside, api_session=by)


def test_users_and_groups_move(admin):
    home = new(admin, type="leaf")
    name = unique("mover")
    user.add_user("root", "Mover", name, api_session=admin)
    group.add_group("root", "Movers", f"{name}s", api_session=admin)
    assert user.move_user(name, home["shortName"], api_session=admin)["data"]["customer"]["id"] == home["id"]
    assert group.move_group(f"{name}s", home["shortName"], api_session=admin)["data"]["customer"]["id"] == home["id"]
    assert names(user.list_users(customer=[home["shortName"]], api_session=admin)) == [name]
    assert names(group.list_groups_1(customer=home["id"], api_session=admin)) == [f"{name}s"]


def test_bad_customers_are_named_field_by_field(admin):
    taken = new(admin)
    for name, parent, short, fields in (
        ("<b>", "nowhere", "a b", ["name", "parent", "shortName"]),
        ("Name", "root", taken["shortName"].upper(), ["shortName"]),
    ):
        with pytest.raises(ValidationErrorException) as refused:
            customer.add_customer(name, parent, short, api_session=admin)
        assert sorted(it["field"] for it in refused.value.parsed_resp["messages"]) == fields
    with pytest.raises(ValidationErrorException):
        customer.move_customer("root", taken["shortName"], api_session=admin)


def test_customers_as_everybody_sees_them(argus, admin, person):
    top = new(admin, type="group")
    leaf = new(admin, top["shortName"], type="leaf")
    other = new(admin)
    by = person("viewBasicCustomer", customer=top["shortName"]).login()
    seen = basic.get_customer(leaf["shortName"], api_session=by)["data"]
    assert (seen["id"], seen["type"], seen["parentID"], seen["language"]) == (leaf["id"], "leaf", top["id"], leaf["language"])
    assert seen["ancestorIDs"][:2] == [leaf["id"], top["id"]], "self first"
    assert "createdByUser" not in seen
    listed = basic.list_customers(sortBy=["id"], api_session=by)
    assert names(listed) == [top["shortName"], leaf["shortName"]] and listed["count"] == 2
    assert names(basic.search_customers(type=["leaf"], keywords=["customer"], api_session=by)) == [leaf["shortName"]]
    with pytest.raises(ObjectNotFoundException):
        basic.get_customer(other["shortName"], api_session=by)
    assert [it["name"] for it in domain.get_domains(api_session=by)["data"]] == [argus.domain]
    with pytest.raises(AccessDeniedException):
        basic.list_customers(api_session=person().login())
