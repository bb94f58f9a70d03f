"""Receipts, proofs, exported files, and a log that is served."""

import base64
import datetime
import http.server
import json
import subprocess
import sys
import threading
import uuid

import argus_verify
import fixture
import pytest
from argus_verify import export, proof, receipt
from database import BITS, OWN, member, printed
from events import CLEAR
from formats import Fault, Key, field_salt, leaf_hash, path, root, unpadded
from live import Live, tile_path

SIZE = 600
SIGNER = fixture.Signer()
KEY = Key(SIGNER.text)
LEAVES = [fixture.leaf(fixture.event(index)).encode() for index in range(SIZE)]
HASHES = [leaf_hash(leaf) for leaf in LEAVES]
NOTE = SIGNER.note(HASHES)


def iso(nanos):
    time = datetime.datetime.fromtimestamp(nanos // 10**9, datetime.UTC)
    return f"{time:%Y-%m-%dT%H:%M:%S}.{nanos % 10**9:09}Z"


def made(index):
    """What GET /event/{id}/proof answers with."""
    row = fixture.event(index)
    event = {member(name): printed(name, value) for name, value in row.items() if name not in OWN}
    salts = {name: unpadded(field_salt(fixture.event_salt(index), name)) for name in event if name not in CLEAR}
    event |= {
        "id": str(uuid.UUID(bytes=row["id"])),
        "sequence": index,
        "customer": {"id": row["customer_id"], "name": "x"},
        "timestamp": row["timestamp"] // 10**6,
        "timestampISO": iso(row["timestamp"]),
        "createdTimestamp": row["created_at"] // 10**6,
        "createdTimestampISO": iso(row["created_at"]),
        "flags": [name for name, bit in BITS.items() if row["flags"] & bit],
        "device": event.get("device"),
    }
    if "createdByUser" in event:
        event["createdByUser"] = {"id": event["createdByUser"], "name": "x"}
    padded = lambda data: base64.b64encode(data).decode()  # noqa: E731
    return {
        "event": event,
        "leaf": LEAVES[index].decode(),
        "salts": salts,
        "leafIndex": index,
        "leafHash": padded(HASHES[index]),
        "inclusionProof": [padded(hash) for hash in path(index, HASHES)],
        "checkpoint": NOTE,
    }


def test_receipts():
    found = {name: value for name, value in made(5).items() if name not in ("event", "leaf", "salts")}
    assert receipt({"data": {"receipt": found}}, [KEY], LEAVES[5]) == []
    assert receipt(found, [KEY], LEAVES[6]) == ["leaf 5: leafHash is not that of the leaf"]
    assert receipt(found | {"leafIndex": 6}, [KEY]) != []
    assert receipt(found, [Key(fixture.Signer(2).text)]) == ["leaf 5: no known key signed it"]
    assert receipt({}, [KEY]) != []


def test_proofs():
    for index in (0, 5, 6, 20, 599):
        assert proof({"data": made(index)}, [KEY])[0] == []
    for name in made(5)["event"]:
        found = made(5)
        found["event"][name] = "2000-01-01T00:00:00Z"
        faults = proof(found, [KEY])[0]
        assert len(faults) == 1 and faults[0].startswith(f"leaf 5: {name} "), (name, faults)
    found = made(12)
    found["event"]["description"] = None
    assert proof(found, [KEY])[0] == ["leaf 12: description has no value, and the leaf a commitment to it"]
    del found["salts"]["description"]
    found["event"]["erasedFields"] = ["description"]
    assert proof(found, [KEY])[:2] == ([], {"description"})
    found["event"]["description"] = "x"
    assert proof(found, [KEY])[0] == ["leaf 12: description has a value although it was erased"]


def test_exports(tmp_path):
    file = tmp_path / "export.ndjson"
    lines = [made(index) for index in range(20)] + [{"key": SIGNER.text, "checkpoint": NOTE}]
    write = lambda lines: file.write_text("".join(json.dumps(line) + "\n" for line in lines))  # noqa: E731
    write(lines)
    assert export(file) == [] == export(file, [KEY])
    command = [sys.executable, argus_verify.__file__, "export", str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "") and "warning" in done.stderr
    write(lines[:-1])
    assert export(file) == ["log: the last line has no key and checkpoint: the file was cut"]
    lines[3]["event"]["action"] = "x"
    write(lines)
    assert export(file) == ["leaf 3: action differs from its commitment"]
    assert subprocess.run(command, capture_output=True, text=True, check=False).returncode == 1


@pytest.fixture
def served():
    """A log that is served, by its paths, and its address."""
    files, level, number = {"checkpoint": NOTE.encode(), "key": SIGNER.text.encode() + b"\n"}, HASHES, 0
    while level:
        for at in range(0, len(level), 256):
            tile = level[at : at + 256]
            files[tile_path(at // 256, len(tile), number)] = b"".join(tile)
            if number == 0:
                bundle = [len(leaf).to_bytes(2) + leaf for leaf in LEAVES[at : at + 256]]
                files[tile_path(at // 256, len(tile), "entries")] = b"".join(bundle)
        level, number = [root(level[at : at + 256]) for at in range(0, len(level) - 255, 256)], number + 1

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            body = files.get(self.path.removeprefix("/audit/v1/log/"))
            self.send_response(404 if body is None else 200)
            self.end_headers()
            self.wfile.write(body or b"")

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield files, f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_live(served):
    files, url = served
    assert "tile/1/000.p/2" in files
    old = SIGNER.note(HASHES[:300])
    assert Live(url, [KEY]).verify([old], with_leaves=True) == ([], SIZE)
    assert Live(url).verify() == ([], SIZE)
    assert len(Live(url, [KEY]).verify([SIGNER.note([*HASHES, HASHES[0]])])[0]) == 1
    assert len(Live(url, [KEY]).verify([SIGNER.note(HASHES[1:301])])[0]) == 1
    with pytest.raises(Fault, match="no known key"):
        Live(url, [Key(fixture.Signer(2).text)]).verify()
    entries, tile, above = files["tile/entries/000"], files["tile/0/000"], files["tile/1/000.p/2"]
    files["tile/entries/000"] = entries.replace(b"ORDER", b"ORDUR")
    assert Live(url, [KEY]).verify(with_leaves=True)[0] == ["entries 0: they are not the leaves of the tile"]
    files["tile/1/000.p/2"] = above[32:] + above[:32]
    assert Live(url, [KEY]).verify()[0] == ["tile 1: it is not made of the tiles below"]
    files |= {"tile/0/000": tile[32:] + tile[:32], "tile/1/000.p/2": above, "tile/entries/000": entries}
    assert f"checkpoint {SIZE}: its root is not that of the tiles" in Live(url, [KEY]).verify()[0]
    del files["tile/0/000"]
    with pytest.raises(Fault, match="404"):
        Live(url, [KEY]).verify()
