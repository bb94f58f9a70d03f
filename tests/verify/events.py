"""Leaves and the events they are of."""

import calendar
import re

from formats import Fault, canonical, commitment, from_unpadded, parse

CLEAR = (
    "dialect verb outcome severity accessType eventType category targetType actorType stage seriesID flags".split()
)
OTHERS = (
    "id sequence customer timestamp timestampISO createdTimestamp createdTimestampISO receipt leafIndex erasedFields".split()
)
LATER = {"SUSPICIOUS", "DELETED", "ERASED"}
FLAGS = LATER | {"LOGIN", "EXPORT", "METRIC", "INTERNAL"}
MEMBERS = {"v", "id", "customer", "timestamp", "createdTimestamp", "clear", "sealed"}


def read_leaf(text):
    """A leaf, from its exact text."""
    leaf = parse(text)
    if canonical(leaf) != text:
        raise Fault("the leaf is not in canonical form")
    if not isinstance(leaf, dict) or set(leaf) != MEMBERS or leaf["v"] != 1 or len(text.encode()) > 65535:
        raise Fault("the leaf has not the form of a leaf")
    for name in ("timestamp", "createdTimestamp"):
        if not isinstance(leaf[name], str) or not re.fullmatch(r"0|-?[1-9][0-9]*", leaf[name]):
            raise Fault("the leaf has not the form of a leaf")
    if not isinstance(leaf["clear"], dict) or not isinstance(leaf["sealed"], dict):
        raise Fault("the leaf has not the form of a leaf")
    flags = leaf["clear"].get("flags")
    if not isinstance(flags, list) or flags != sorted(set(flags)) or not set(flags) <= FLAGS:
        raise Fault("flags of the leaf are no list of flags")
    strange = set(leaf["clear"]) - set(CLEAR)
    if strange:
        raise Fault(f"the leaf has {min(strange)} in clear, which events have not")
    return leaf


def nanos(text):
    """Of ISO 8601 in UTC."""
    found = re.fullmatch(r"(\d{4,})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?Z", str(text))
    if not found:
        return None
    seconds = calendar.timegm(tuple(int(part) for part in found.groups()[:6]) + (0, 0, 0))
    return seconds * 10**9 + int((found[7] or "").ljust(9, "0"))


def compare(leaf, values, flags, salts, erased=None):
    """What is wrong between a leaf and an event.

    `values` are all values there are, by member; `salts` the fields' salts. `erased` are the names of what is said to be
    erased, or nothing where the salts tell. Answers with reasons and the names of what was erased.
    """
    reasons, gone = [], set()
    flags = set(flags or ())
    created = set(leaf["clear"]["flags"])
    if not created <= flags or not flags - created <= LATER:
        reasons.append("flags differs from the leaf")
    for name in CLEAR:
        if name == "flags":
            continue
        if name in values and name in leaf["clear"]:
            if canonical(values[name]) != canonical(leaf["clear"][name]):
                reasons.append(f"{name} differs from the leaf")
        elif name in values:
            reasons.append(f"{name} has a value, and the leaf none")
        elif name in leaf["clear"]:
            reasons.append(f"{name} has no value, and the leaf one")
    sealed = leaf["sealed"]
    for name in sorted(set(sealed) | set(values) - set(CLEAR)):
        is_erased = name not in salts if erased is None else name in erased
        if name not in sealed:
            reasons.append(f"{name} has a value, and the leaf no commitment to it")
        elif name in values and is_erased:
            reasons.append(f"{name} has a value although it was erased")
        elif name in values and name not in salts:
            reasons.append(f"{name} has no salt")
        elif name in values:
            try:
                same = commitment(salts[name], name, values[name]) == sealed[name]
            except Fault:
                same = False
            if not same:
                reasons.append(f"{name} differs from its commitment")
        elif is_erased:
            from_unpadded(sealed[name])
            gone.add(name)
        else:
            reasons.append(f"{name} has no value, and the leaf a commitment to it")
    for name in sorted(set(salts) - set(sealed)):
        reasons.append(f"there is a salt of {name}, and the leaf has no commitment to it")
    return reasons, gone


def compare_printed(leaf, event, salts, index):
    """The same for an event as it is printed."""
    reasons = []
    customer = event.get("customer")
    customer = customer.get("id") if isinstance(customer, dict) else customer
    expected = {"id": leaf["id"], "sequence": index, "leafIndex": index}
    for name in ("timestamp", "createdTimestamp"):
        expected[name] = int(leaf[name]) // 10**6
        if nanos(event.get(name + "ISO")) != int(leaf[name]):
            reasons.append(f"{name}ISO differs from the leaf")
    reasons += [f"{name} differs from the leaf" for name, is_ in expected.items() if event.get(name, is_) != is_]
    if customer != leaf["customer"]:
        reasons.append("customer differs from the leaf")
    values = {}
    for name, value in event.items():
        if name in OTHERS or name == "flags" or (value is None and name not in ("before", "after")):
            continue
        if name in ("createdByUser", "createdByKey") and isinstance(value, dict):
            value = value.get("id")
        values[name] = value
    salts = {name: from_unpadded(salt) for name, salt in salts.items()}
    more, gone = compare(leaf, values, event.get("flags"), salts, set(event.get("erasedFields") or ()))
    return reasons + more, gone
