"""What is kept for a disabled customer is taken away for good, by somebody who proved once more who it is."""

import pytest
from argus_api.exceptions.http import AccessDeniedException, ValidationErrorException
from argus_api.lib.authentication.v1 import totp
from argus_api.lib.customeradmin.v2 import customer

from harness.people import unique
from test_totp import log_in, set_up


def test_a_customer_is_pruned(admin, person):
    name = unique("pruned")
    made = customer.add_customer("Pruned", "root", name, api_session=admin)["data"]
    customer.update_customer_properties(name, {"a": 1}, api_session=admin)
    boss = person("pruneCustomerData", "viewCustomers", methods=["password", "totp", "apikey"])
    generator = set_up(boss)
    _, by = log_in(boss, generator.code())
    # A code is good once, and one of a step ahead is taken.
    given = totp.totp_user_authorization(
        "/", "pruneCustomerData", generator.code(1), context={"customerID": str(made["id"])}, api_session=by
    )
    token = given["data"]["authorization"]
    with pytest.raises(AccessDeniedException):
        customer.prune_customer_data(name, token=token, api_session=boss.login())
    with pytest.raises(ValidationErrorException):
        customer.prune_customer_data(name, token=token, api_session=by)
    customer.disable_customer(name, api_session=admin)
    for wrong in (None, "wrong"):
        with pytest.raises(ValidationErrorException) as refused:
            customer.prune_customer_data(name, token=wrong, api_session=by)
        assert [it["field"] for it in refused.value.parsed_resp["messages"]] == ["token"]
    pruned = customer.prune_customer_data(name, token=token, api_session=by)["data"]
    assert pruned["id"] == made["id"] and set(pruned["flags"]) == {"disabled", "customerDataDeleted"}
    with pytest.raises(ValidationErrorException):
        customer.prune_customer_data(name, token=token, api_session=by)
    customer.reenable_customer(name, api_session=admin)
    held = customer.get_customer_properties(name, key=["a"], api_session=admin)["data"]
    assert held == []
