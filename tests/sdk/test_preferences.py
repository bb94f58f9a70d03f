"""What administrators keep about users: preferences and pictures."""

import base64

import pytest
from argus_api.exceptions.http import AccessDeniedException, ValidationErrorException
from argus_api.lib.currentuser.v1 import preferences, prefs
from argus_api.lib.useradmin.v2 import user
from argus_api.lib.users.v2 import user as basic

from test_currentuser import png


def pairs(answer) -> dict:
    return {it["key"]: it["value"] for it in answer["data"]}


def test_preferences_of_a_user(admin, person):
    anna = person()
    set = user.set_user_preferences(anna.name, {"ui.theme": "dark", "ui.rows": "50"}, api_session=admin)
    assert pairs(set) == {"ui.theme": "dark", "ui.rows": "50"}
    user.set_user_preference(anna.id, "mail", "none", api_session=admin)
    assert user.list_user_preference_as_map(anna.name, api_session=admin)["data"] == {
        "ui.theme": "dark",
        "ui.rows": "50",
        "mail": "none",
    }
    assert pairs(user.list_user_preferences(anna.name, key=["mail"], api_session=admin)) == {"mail": "none"}
    one = user.get_user_preference(anna.name, "ui.theme", api_session=admin)["data"]
    assert (one["key"], one["value"], one["createdByUser"]["shortName"]) == ("ui.theme", "dark", "admin")
    # The same that the user sees.
    by = anna.login()
    assert prefs.list_properties(api_session=by)["data"] == user.list_user_preference_as_map(anna.name, api_session=admin)["data"]
    user.delete_user_preferences(anna.name, ["ui.theme", "mail"], api_session=admin)
    assert pairs(preferences.list_current_user_preferences(api_session=by)) == {"ui.rows": "50"}
    found = user.search_users(
        ["all"], "all", "any", ["id"], ["createdTimestamp"], subject=[anna.name],
        userPreferences={"ui.rows": {"exists": True, "value": "50"}}, api_session=admin,
    )
    assert [it["id"] for it in found["data"]] == [anna.id]
    with pytest.raises(AccessDeniedException):
        user.set_user_preference("admin", "mail", "none", api_session=by)


def test_the_picture_of_a_user(admin, person):
    anna = person()
    image = png(4, 4)
    user.set_user_image(anna.name, base64.b64encode(image).decode(), "image/png", api_session=admin)
    shown = user.admin_get_user_image(anna.id, api_session=admin)
    assert shown.headers["Content-Type"] == "image/png" and shown.content[:8] == image[:8]
    with pytest.raises(ValidationErrorException):
        user.set_user_image(anna.name, "no base64", "image/png", api_session=admin)
    assert user.admin_get_user_image(anna.id, api_session=admin).content == shown.content


def test_the_picture_of_a_user_as_everybody_sees_it(admin, person):
    name = person().name
    image = base64.b64encode(png(4, 4)).decode()
    user.set_user_image(name, image, "image/png", api_session=admin)
    by = person("viewBasicSubject", "viewRelatedBasicSubject").login()
    shown = basic.get_user_image(name, api_session=by)
    assert shown.headers["Content-Type"] == "image/png"
    assert shown.content == user.admin_get_user_image(name, api_session=admin).content
    with pytest.raises(AccessDeniedException):
        basic.get_user_image(name, api_session=person().login())
