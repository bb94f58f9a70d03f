"""The formats of the provable log: canonical JSON, commitments, the tree, notes. Written from their standards."""

import base64
import hashlib
import hmac
import json

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

LARGEST_INTEGER = 2**53 - 1


class Fault(Exception):
    """Something is not as it must be."""


# RFC 8785.


def parse(text):
    """JSON without members of the same name, and without what is no JSON."""

    def members(pairs):
        found = dict(pairs)
        if len(found) != len(pairs):
            raise Fault("two members of one name")
        return found

    def constant(name):
        raise Fault(f"{name} is no JSON")

    try:
        return json.loads(text, object_pairs_hook=members, parse_constant=constant)
    except (ValueError, RecursionError) as error:
        raise Fault(f"no JSON: {error}") from None


def number(value):
    """A double as ECMAScript prints it (section 6.1.6.1.20 of ECMA-262)."""
    if value in (float("inf"), float("-inf")) or value != value:
        raise Fault("no number")
    if value == 0:
        return "0"
    sign, text = ("-", repr(-value)) if value < 0 else ("", repr(value))
    mantissa, _, exponent = text.partition("e")
    whole, _, fraction = mantissa.partition(".")
    digits = whole + fraction
    point = len(whole) + int(exponent or 0)
    stripped = digits.lstrip("0")
    point -= len(digits) - len(stripped)
    digits = stripped.rstrip("0")
    if len(digits) <= point <= 21:
        return sign + digits + "0" * (point - len(digits))
    if 0 < point <= 21:
        return sign + digits[:point] + "." + digits[point:]
    if -6 < point <= 0:
        return sign + "0." + "0" * -point + digits
    rest = "." + digits[1:] if len(digits) > 1 else ""
    return f"{sign}{digits[0]}{rest}e{'+' if point > 0 else '-'}{abs(point - 1)}"


ESCAPES = {ord('"'): '\\"', ord("\\"): "\\\\", 8: "\\b", 9: "\\t", 10: "\\n", 12: "\\f", 13: "\\r"}
ESCAPES = {code: f"\\u{code:04x}" for code in range(32)} | ESCAPES


def canonical(value):
    """The canonical text of a value."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        if abs(value) > LARGEST_INTEGER:
            raise Fault(f"{value} is not told apart from others as a double")
        return str(value)
    if isinstance(value, float):
        return number(value)
    if isinstance(value, str):
        if any("\ud800" <= sign <= "\udfff" for sign in value):
            raise Fault("a lone surrogate")
        return '"' + value.translate(ESCAPES) + '"'
    if isinstance(value, list):
        return "[" + ",".join(map(canonical, value)) + "]"
    names = sorted(value, key=lambda name: name.encode("utf-16-be", "surrogatepass"))
    return "{" + ",".join(canonical(name) + ":" + canonical(value[name]) for name in names) + "}"


# Commitments.


def unpadded(data):
    """base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def from_unpadded(text):
    """Its bytes, of which there must be 32."""
    try:
        data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (ValueError, TypeError):
        raise Fault(f"{text!r} is no base64url") from None
    if len(data) != 32 or unpadded(data) != text:
        raise Fault(f"{text!r} is not of 32 bytes")
    return data


def from_padded(text):
    """The bytes of standard base64."""
    try:
        data = base64.b64decode(text, validate=True)
    except (ValueError, TypeError):
        raise Fault(f"{text!r} is no base64") from None
    if base64.b64encode(data).decode() != text:
        raise Fault(f"{text!r} is not the one base64 of its bytes")
    return data


def field_salt(salt, name):
    """The salt of a field, from that of the event."""
    return hmac.new(salt, name.encode(), hashlib.sha256).digest()


def commitment(salt, name, value):
    """What a leaf says of a field, from the field's salt."""
    parts = salt + b"\0" + name.encode() + b"\0" + canonical(value).encode()
    return unpadded(hashlib.sha256(parts).digest())


# RFC 6962 section 2.1, by its recursive definitions, and RFC 9162 for verifying.


def leaf_hash(leaf):
    return hashlib.sha256(b"\0" + leaf).digest()


def node_hash(left, right):
    return hashlib.sha256(b"\1" + left + right).digest()


def split(size):
    """The largest power of two below."""
    return 1 << ((size - 1).bit_length() - 1)


def root(hashes):
    """The head of a tree of these leaves' hashes."""
    if not hashes:
        return hashlib.sha256(b"").digest()
    level = list(hashes)
    while len(level) > 1:
        paired = [node_hash(*level[at : at + 2]) for at in range(0, len(level) - 1, 2)]
        level = paired + level[len(level) & ~1 :]
    return level[0]


def path(index, hashes):
    """The audit path of a leaf."""
    if len(hashes) == 1:
        return []
    k = split(len(hashes))
    if index < k:
        return path(index, hashes[:k]) + [root(hashes[k:])]
    return path(index - k, hashes[k:]) + [root(hashes[:k])]


def consistency(size, hashes, whole=True):
    """The proof that the tree of the first leaves is the beginning of that of all."""
    if size in (0, len(hashes)):
        return [] if whole else [root(hashes)]
    k = split(len(hashes))
    if size <= k:
        return consistency(size, hashes[:k], whole) + [root(hashes[k:])]
    return consistency(size - k, hashes[k:], False) + [root(hashes[:k])]


def is_included(leaf, index, size, proof, head):
    """RFC 9162 section 2.1.3.2."""
    if not 0 <= index < size:
        return False
    fn, sn, r = index, size - 1, leaf
    for p in proof:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            r = node_hash(p, r)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            r = node_hash(r, p)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and r == head


def is_consistent(first, first_root, second, second_root, proof):
    """RFC 9162 section 2.1.4.2; everything begins with nothing."""
    if first == second:
        return not proof and first_root == second_root
    if first == 0:
        return not proof and first_root == root([])
    if first > second or (first & (first - 1) and not proof):
        return False
    proof = list(proof) if first & (first - 1) else [first_root, *proof]
    fn, sn = first - 1, second - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    fr = sr = proof[0]
    for c in proof[1:]:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            fr, sr = node_hash(c, fr), node_hash(c, sr)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            sr = node_hash(sr, c)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and fr == first_root and sr == second_root


# C2SP signed-note and tlog-checkpoint.


class Key:
    """A public key, from `<name>+<id>+<base64>`."""

    def __init__(self, text):
        parts = text.split("+", 2)
        if len(parts) != 3 or not parts[0] or any(sign.isspace() for sign in parts[0]):
            raise Fault(f"{text!r} is no key")
        self.name, told, encoded = parts
        data = from_padded(encoded)
        if len(data) != 33 or data[0] != 1:
            raise Fault(f"{text!r} is no Ed25519 key")
        self.id = hashlib.sha256(self.name.encode() + b"\n" + data).digest()[:4]
        if self.id.hex() != told:
            raise Fault(f"{text!r}: the id is not that of the key")
        self.key = Ed25519PublicKey.from_public_bytes(data[1:])


def open_note(note, keys):
    """The text of a note that one of the keys signed."""
    text, gap, lines = note.rpartition("\n\n")
    if not gap or not lines.endswith("\n") or any(ord(sign) < 32 and sign != "\n" for sign in text):
        raise Fault("no signed note")
    text += "\n"
    signed = False
    for line in lines[:-1].split("\n"):
        dash, _, rest = line.partition(" ")
        name, blank, encoded = rest.partition(" ")
        data = from_padded(encoded)
        if dash != "\u2014" or not blank or len(data) < 5:
            raise Fault("no signed note")
        for key in keys:
            if key.name == name and key.id == data[:4]:
                try:
                    key.key.verify(data[4:], text.encode())
                except InvalidSignature:
                    raise Fault("the signature is wrong") from None
                signed = True
    if not signed:
        raise Fault("no known key signed it")
    return text


def checkpoint(note, keys):
    """Origin, size and root of a signed checkpoint."""
    lines = open_note(note, keys).split("\n")
    if len(lines) != 4 or not lines[0] or not lines[1].isdecimal() or str(int(lines[1])) != lines[1]:
        raise Fault("no checkpoint of this log")
    head = from_padded(lines[2])
    if len(head) != 32:
        raise Fault("no checkpoint of this log")
    return lines[0], int(lines[1]), head
