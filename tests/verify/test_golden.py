"""The vectors of the Rust implementation, worked out anew."""

import json
import pathlib
import re

import pytest
from argus_verify import text_proof
from events import read_leaf
from formats import (
    Fault,
    Key,
    canonical,
    checkpoint,
    commitment,
    consistency,
    field_salt,
    from_padded,
    is_consistent,
    is_included,
    leaf_hash,
    parse,
    path,
    root,
    unpadded,
)
from live import tile_path

GOLDEN = pathlib.Path(__file__).parents[2] / "modules/audit/proof/tests/golden"


def golden(name):
    return json.loads((GOLDEN / name).read_text("utf-8"))


def test_canonical_forms():
    for vector in golden("canonical.json"):
        if vector["canonical"] is None:
            with pytest.raises(Fault):
                canonical(parse(vector["text"]))
        else:
            assert canonical(parse(vector["text"])) == vector["canonical"], vector["text"]
            # Doubles beyond 2^53 print as whole numbers that would be refused if they were sent so.
            if not re.fullmatch("-?[0-9]{16,}", vector["canonical"]):
                assert canonical(parse(vector["canonical"])) == vector["canonical"]
    for text in ('{"a":1,"a":2}', '"\\ud800"', "NaN", "1e999", "{", '{"\\udc00":1}'):
        with pytest.raises(Fault):
            canonical(parse(text))


def test_leaves():
    for vector in golden("leaves.json"):
        salt = bytes.fromhex(vector["salt"])
        salts = {name: field_salt(salt, name) for name in vector["values"]}
        assert {name: unpadded(salt) for name, salt in salts.items()} == vector["salts"]
        leaf = {
            "v": 1,
            "id": vector["id"],
            "customer": vector["customer"],
            "timestamp": vector["timestamp"],
            "createdTimestamp": vector["createdTimestamp"],
            "clear": vector["clear"],
            "sealed": {name: commitment(salts[name], name, value) for name, value in vector["values"].items()},
        }
        assert canonical(leaf) == vector["leaf"]
        assert read_leaf(vector["leaf"]) == leaf
        assert leaf_hash(vector["leaf"].encode()) == from_padded(vector["leafHash"])


def test_trees():
    vectors = golden("trees.json")
    hashes = [leaf_hash(f"leaf {number}".encode()) for number in range(20)]
    decoded = lambda texts: [from_padded(text) for text in texts]  # noqa: E731
    for tree in vectors["trees"]:
        size = tree["size"]
        head = root(hashes[:size])
        assert head == from_padded(tree["root"])
        for index in range(size):
            proof = decoded(tree["inclusion"][index])
            assert proof == path(index, hashes[:size])
            assert is_included(hashes[index], index, size, proof, head)
            assert not is_included(hashes[index - 1], index, size, proof, head) or size == 1
            assert not is_included(hashes[index], index, size, proof + [head], head)
        for old in range(size + 1):
            proof = decoded(tree["consistency"][old])
            assert proof == consistency(old, hashes[:size])
            assert is_consistent(old, root(hashes[:old]), size, head, proof)
            assert not is_consistent(old, hashes[19], size, head, proof) or size == 20 and old == 20
            assert not is_consistent(old, root(hashes[:old]), size, head, proof + [head])
    for vector in vectors["paths"]:
        assert tile_path(vector["index"], vector["width"], vector["level"]) == vector["path"]
        assert tile_path(vector["index"], vector["width"], "entries") == vector["entries"]


def test_notes():
    vector = golden("notes.json")
    key, stranger = Key(vector["key"]), Key(vector["stranger"])
    expected = (vector["origin"], vector["size"], from_padded(vector["root"]))
    assert checkpoint(vector["note"], [stranger, key]) == expected
    assert checkpoint(vector["witnessed"], [key]) == expected
    with pytest.raises(Fault, match="no known key"):
        checkpoint(vector["note"], [stranger])
    for wrong in vector["wrong"]:
        with pytest.raises(Fault):
            checkpoint(wrong, [key])
    with pytest.raises(Fault):
        Key(vector["key"].replace("+", "+0", 1))
    assert text_proof(vector["proof"], [key]) == []
    assert text_proof(vector["proof"].replace("index 0", "index 1"), [key]) != []
    assert text_proof(vector["proof"], [stranger]) == ["proof: no known key signed it"]
