"""Descriptors of customers' properties: what values are, what is there without one, and who sees them."""

import pytest
from argus_api.exceptions.http import AccessDeniedException, ObjectNotFoundException, ValidationErrorException
from argus_api.lib.customeradmin.v2 import customer, propertydescriptor

from harness.people import unique


def fields(refused) -> list[str]:
    return sorted(it["field"] for it in refused.value.parsed_resp["messages"])


def add(admin, type, **options) -> str:
    key = unique("property")
    propertydescriptor.add_property_descriptor(
        key, {"english": f"About {key}"}, options.pop("section", "general"), type, api_session=admin, **options
    )
    return key


def new_customer(admin) -> str:
    return customer.add_customer("C", "root", unique("described"), api_session=admin)["data"]["shortName"]


def test_a_descriptor_from_adding_to_deleting(admin):
    key, schema = unique("property"), {"type": "object", "required": ["days"]}
    added = propertydescriptor.add_property_descriptor(
        key,
        {"english": "How long", "norwegian": "Hvor lenge"},
        "policy",
        "jsonType",
        defaultValue={"days": 30},
        localizedNames={"english": "Retention"},
        schema=schema,
        uiSchema={"days": {}},
        hidden=True,
        sectionIndex=2,
        api_session=admin,
    )
    made = added["data"]
    assert added["responseCode"] == 201
    assert (made["key"], made["type"], made["section"], made["sectionIndex"]) == (key, "jsonType", "policy", 2)
    assert made["defaultJsonValue"] == {"days": 30} and made["flags"] == ["hidden", "hasUISchema"]
    assert (made["readFunction"]["name"], made["writeFunction"]["name"]) == ("viewCustomers", "updateCustomer")
    got = propertydescriptor.get_property_descriptor(made["id"], api_session=admin)["data"]
    assert got["id"] == made["id"] and got["jsonSchema"] is None and got["localizedName"] == "Retention"
    got = propertydescriptor.get_property_descriptor(key, includeSchema=True, includeUISchema=True, api_session=admin)
    assert got["data"] == made
    assert propertydescriptor.get_property_descriptor_json_schema(key, api_session=admin)["data"] == schema
    with pytest.raises(ValidationErrorException) as refused:
        propertydescriptor.add_property_descriptor(key, {"english": "x"}, "policy", "stringType", api_session=admin)
    assert fields(refused) == ["key"]
    changed = propertydescriptor.update_property_descriptor(key, deprecated=True, uischema={}, api_session=admin)
    assert changed["responseCode"] == 200 and changed["data"]["flags"] == ["deprecated", "hidden", "hasUISchema"]
    again = propertydescriptor.update_property_descriptor(key, deprecated=True, api_session=admin, json=False)
    assert again.status_code == 220 and again.json()["data"] == changed["data"]
    listed = propertydescriptor.list_property_descriptors(keywords=[key], section=["policy"], api_session=admin)
    assert [it["key"] for it in listed["data"]] == [key] and listed["count"] == 1
    found = propertydescriptor.search_property_descriptor(
        keywords=[key], type=["jsonType"], includeFlags=["deprecated"], includeSchema=True, api_session=admin
    )
    assert [it["jsonSchema"] for it in found["data"]] == [schema]
    gone = propertydescriptor.delete_property_descriptor(key, api_session=admin)["data"]
    assert "deleted" in gone["flags"] and gone["deletedByUser"]["shortName"] == "admin"
    with pytest.raises(ObjectNotFoundException):
        propertydescriptor.get_property_descriptor(key, api_session=admin)
    listed = propertydescriptor.list_property_descriptors(keywords=[key], includeDeleted=True, api_session=admin)
    assert [it["id"] for it in listed["data"]] == [made["id"]]


def test_values_are_listed(admin):
    key, of = add(admin, "enumType"), new_customer(admin)
    for value in ("gold", "silver"):
        entry = propertydescriptor.add_property_descriptor_enum_entry(
            key, {"english": f"As {value}"}, {"english": value.title()}, value, api_session=admin
        )
        assert entry["responseCode"] == 201 and entry["data"]["localizedValue"] == value.title()
    entries = propertydescriptor.list_property_descriptor_enum_entries(key, sortBy=["-value"], api_session=admin)
    assert [it["value"] for it in entries["data"]] == ["silver", "gold"]
    found = propertydescriptor.search_property_descriptor_enum_entries(
        key, keywords=["as gold"], keywordFieldStrategy=["description"], api_session=admin
    )
    assert [it["value"] for it in found["data"]] == ["gold"]
    texts = {"english": "Gold", "norwegian": "Gull"}
    for expected in (200, 220):
        answer = propertydescriptor.update_property_descriptor_enum_entry(
            key, "gold", localizedValues=texts, api_session=admin, json=False
        )
        assert answer.status_code == expected and answer.json()["data"]["localizedValues"] == texts
    with pytest.raises(ValidationErrorException) as refused:
        customer.update_customer_properties(of, {key: "bronze"}, api_session=admin)
    assert fields(refused) == [f"properties.{key}"]
    customer.update_customer_properties(of, {key: "gold"}, api_session=admin)
    left = propertydescriptor.delete_property_descriptor_enum_entry(key, "silver", api_session=admin)["data"]
    assert left["key"] == key
    schema = propertydescriptor.get_property_descriptor_json_schema(key, api_session=admin)["data"]
    assert schema["enum"] == ["gold"]


def test_properties_are_what_their_descriptors_say(admin, person):
    key = add(admin, "integerType", defaultValue=7, section="sla", writeFunction="moveCustomer")
    of = new_customer(admin)

    def held(by, **options):
        listed = customer.get_customer_properties(of, key=[key], api_session=by, **options)["data"]
        return [(it["value"], it["jsonValue"], it["source"], it["currentUserAccessLevel"]) for it in listed]

    assert held(admin, section=["sla"]) == [("7", 7, "descriptor", "write")]
    assert held(admin, section=["general"]) == []
    with pytest.raises(ValidationErrorException) as refused:
        customer.update_customer_properties(of, {key: "seven"}, api_session=admin)
    assert fields(refused) == [f"properties.{key}"]
    by = person("viewCustomers", "updateCustomer").login()
    assert held(by) == [("7", 7, "descriptor", "read")]
    with pytest.raises(AccessDeniedException):
        customer.update_customer_properties(of, {key: 8}, api_session=by)
    customer.update_customer_properties(of, {key: 8}, api_session=admin)
    assert held(by) == [("8", 8, "customer", "read")]
    customer.remove_customer_properties(of, [key], api_session=admin)
    assert held(by) == [("7", 7, "descriptor", "read")]
    with pytest.raises(AccessDeniedException):
        propertydescriptor.list_property_descriptors(api_session=by)
