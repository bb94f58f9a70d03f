"""What somebody may know of themselves, and keep about themselves."""

import base64
import struct
import zlib

import pytest
from argus_api.exceptions.http import AccessDeniedException, ValidationErrorException
from argus_api.lib.currentuser.v1 import customers, functions, groups, permissions, picture, preferences, prefs, user
from argus_api.lib.currentuser.v1.permission import permission as check
from argus_api.lib.useradmin.v2 import group
from argus_api.lib.useradmin.v2 import permission as grants

from harness.people import unique


def names(answer) -> list[str]:
    return [it["name"] for it in answer["data"]]


def png(width: int, height: int) -> bytes:
    """A red picture."""

    def chunk(kind, content):
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = b"".join(b"\0" + b"\xff\0\0" * width for _ in range(height))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def test_who_one_is(argus, person):
    anna = person()
    for by in (anna.login(), anna.bearer(), anna.by_key()):
        seen = user.get_current_user(api_session=by)["data"]
        assert (seen["id"], seen["userName"], seen["language"]) == (anna.id, anna.name, "ENGLISH")
        assert (seen["customer"]["shortName"], seen["domain"]["name"]) == ("root", argus.domain)
        assert "PASSWORD_NOT_SET" not in seen["flags"] and seen["lastLoginTimestamp"] > 1.7e12


def test_groups_customers_permissions_and_functions(admin, person):
    anna = person("viewUsers")
    inner, outer = unique("inner"), unique("outer")
    for name in (inner, outer):
        group.add_group("root", name, name, api_session=admin)
    group.add_group_members(inner, [anna.name], api_session=admin)
    group.add_group_members(outer, [inner], api_session=admin)
    grants.grant_permission("root", "createUser", outer, api_session=admin)
    by = anna.login()
    assert names(groups.get_current_user_groups(api_session=by)) == [inner]
    assert names(groups.get_current_user_groups(includeAncestors=True, api_session=by)) == [inner, outer]
    reached = customers.get_customers(api_session=by)["data"]
    assert "root" in [it["shortName"] for it in reached]
    assert customers.get_customers(requiredFunction=["deleteUser"], api_session=by)["data"] == []

    def held(**options):
        found = permissions.get_current_user_permissions(api_session=by, **options)["data"]
        return sorted(it["function"]["name"] for it in found)

    assert held() == ["createUser", "viewUsers"]
    assert held(includeInherited=False) == ["viewUsers"]
    assert sorted(names(functions.get_functions(api_session=by))) == ["createUser", "viewUsers"]
    assert len(functions.get_functions(requirePermission=False, limit=0, api_session=by)["data"]) > 2
    assert names(functions.get_functions(keywords=["VIEW"], api_session=by)) == ["viewUsers"]
    check.check_permission("viewUsers", "root", api_session=by)
    with pytest.raises(AccessDeniedException):
        check.check_permission("deleteUser", "root", api_session=by)


def test_preferences_are_kept(person):
    anna, berta = person(), person()
    by, other = anna.login(), berta.login()
    assert prefs.list_properties(api_session=by)["data"] == {}
    prefs.set_properties(body={"ui.theme": "dark", "ui.rows": "50", "mail": "none"}, api_session=by)
    prefs.set_properties(body={"ui.rows": "100"}, api_session=by)
    assert prefs.list_properties(api_session=by)["data"] == {"ui.theme": "dark", "ui.rows": "100", "mail": "none"}
    assert prefs.list_properties(key=["mail"], api_session=by)["data"] == {"mail": "none"}
    assert prefs.get_property("ui.theme", api_session=by)["data"] == "dark"
    assert prefs.get_property("unheard-of", api_session=by)["data"] is None
    listed = preferences.list_current_user_preferences(keyPrefix=["ui."], api_session=by)["data"]
    assert {it["key"]: it["value"] for it in listed} == {"ui.theme": "dark", "ui.rows": "100"}
    assert prefs.list_properties(api_session=other)["data"] == {}
    prefs.delete_property("ui.theme", api_session=by)
    assert prefs.get_property("ui.theme", api_session=by)["data"] is None
    prefs.delete_properties(["mail", "ui.rows"], api_session=by)
    assert prefs.list_properties(api_session=by)["data"] == {}


def test_a_picture_of_oneself(person):
    by = person().login()
    image = png(8, 8)
    picture.update_profile_picture_json(base64.b64encode(image).decode(), "image/png", api_session=by)
    shown = picture.get_profile_picture(api_session=by)
    assert shown.headers["Content-Type"] == "image/png" and shown.content[:8] == image[:8]
    default = picture.get_profile_picture(default=True, api_session=person().login())
    assert default.headers["Content-Type"].startswith("image/") and default.content != shown.content
    for content, kind in ((b"no picture", "image/png"), (image, "text/html")):
        with pytest.raises(ValidationErrorException):
            picture.update_profile_picture_json(base64.b64encode(content).decode(), kind, api_session=by)
    assert picture.get_profile_picture(api_session=by).content == shown.content
