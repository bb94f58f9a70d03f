"""Pages of lists, the client's helpers that walk through them, and how values are written in queries."""

import pytest
from argus_api.lib.useradmin.v2 import user
from argus_api.pagination import offset_paginated, paginated_items

from harness.people import unique


@pytest.fixture(scope="module")
def seven(admin):
    """Seven users with a word that nobody else has."""
    word = unique("paged")
    for number in range(7):
        user.add_user("root", word, f"{word}-{number}", daemonAccount=number == 3, api_session=admin)
    user.delete_user(f"{word}-6", api_session=admin)
    return word


def numbers(items) -> list[int]:
    return [int(item["shortName"].rsplit("-", 1)[1]) for item in items]


def test_a_page_says_which_it_is(admin, seven):
    page = user.list_users(keywords=[seven], sortBy=["shortName"], limit=2, offset=3, api_session=admin)
    assert {name: page[name] for name in ("limit", "offset", "count", "size", "responseCode")} == {
        "limit": 2,
        "offset": 3,
        "count": 6,
        "size": 2,
        "responseCode": 200,
    }
    assert numbers(page["data"]) == [3, 4] and page["messages"] == []
    beyond = user.list_users(keywords=[seven], offset=100, api_session=admin)
    assert (beyond["data"], beyond["size"], beyond["count"], beyond["limit"]) == ([], 0, 6, 25)


@pytest.mark.parametrize("limit", [1, 2, 3, 4, 6, 25, 0])
def test_all_pages_one_after_the_other(admin, seven, limit):
    asked = {"keywords": [seven], "sortBy": ["-shortName"], "limit": limit, "api_session": admin}
    pages = list(offset_paginated(user.list_users)(**asked))
    sizes = [len(page["data"]) for page in pages]
    assert sum(sizes) == 6 and len(pages) == (-(-6 // limit) if limit else 1)
    assert all(size == limit for size in sizes[:-1])
    assert numbers(paginated_items(user.list_users)(**asked)) == [5, 4, 3, 2, 1, 0]


def test_pages_of_a_search(admin, seven):
    def search(**options):
        return user.search_users(
            ["shortName"], "all", "any", ["shortName"], ["createdTimestamp"], keywords=[seven], api_session=admin, **options
        )

    assert numbers(paginated_items(search)(limit=4)) == [0, 1, 2, 3, 4, 5]
    assert numbers(paginated_items(search)(limit=4, offset=1)) == [1, 2, 3, 4, 5]


def test_a_page_that_ends_where_the_list_does(admin, seven):
    asked = {"keywords": [seven], "limit": 3, "offset": 3, "api_session": admin}
    assert len(list(offset_paginated(user.list_users)(**asked))) == 1


def test_booleans_are_written_as_python_writes_them(admin, seven):
    def listed(**options):
        return numbers(user.list_users(keywords=[seven], sortBy=["shortName"], api_session=admin, **options)["data"])

    assert listed(includeDeleted=False) == [0, 1, 2, 3, 4, 5]
    assert listed(includeDeleted=True) == [0, 1, 2, 3, 4, 5, 6]
    for text, expected in (("True", 7), ("true", 7), ("TRUE", 7), ("False", 6), ("false", 6)):
        asked = {"keywords": seven, "includeDeleted": text}
        assert admin.get("/useradmin/v2/user", params=asked).json()["count"] == expected


def test_lists_are_repeated_parameters(admin, seven):
    both = user.list_users(subject=[f"{seven}-1", f"{seven}-4"], api_session=admin)
    assert numbers(both["data"]) == [1, 4]
    assert numbers(user.list_users(subject=f"{seven}-1", api_session=admin)["data"]) == [1]
    flagged = user.list_users(keywords=seven, includeFlag=["daemonAccount", "passwordNotSet"], api_session=admin)
    assert numbers(flagged["data"]) == [3]
    others = user.list_users(keywords=seven, excludeFlag="daemonAccount", sortBy="shortName", api_session=admin)
    assert numbers(others["data"]) == [0, 1, 2, 4, 5]
    for options in ({"keywordMatch": "any"}, {"keywordMatch": "any", "keywordField": ["shortName"]}):
        found = user.list_users(keywords=[f"{seven}-0", f"{seven}-2"], sortBy="id", api_session=admin, **options)
        assert numbers(found["data"]) == [0, 2]
    # The older name of keywords.
    assert numbers(user.list_users(keyword=f"{seven}-5", api_session=admin)["data"]) == [5]
