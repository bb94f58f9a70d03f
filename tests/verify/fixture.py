"""A log in a file, as the server writes it: what must be believed, until it is changed."""

import json
import sqlite3
import uuid

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

import base64
import hashlib

from database import BITS, JSONS, KEYWORDS, OWN, fold, member, printed
from events import CLEAR
from formats import canonical, commitment, field_salt, leaf_hash, root, unpadded

ORIGIN = "argus.example/audit/v1/log"
INTEGERS = "created_by_user stage affected_resources auth_user".split()
REALS = "total_duration latency cpu_usage memory_usage".split()
TEXTS = (
    "external_id created_by_key trace_id category application environment event_type event_name description action verb"
    " method status actor_type actor_id actor_name actor_email origin client_ip user_agent target_type target_id target_name"
    " auth_method location device machine_id access_type dialect outcome severity fingerprint"
).split() + JSONS


class Signer:
    """A key of the log."""

    def __init__(self, seed=1):
        self.key = Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32)
        data = b"\1" + self.key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        self.id = hashlib.sha256(ORIGIN.encode() + b"\n" + data).digest()[:4]
        self.text = f"{ORIGIN}+{self.id.hex()}+{base64.b64encode(data).decode()}"

    def note(self, hashes):
        text = f"{ORIGIN}\n{len(hashes)}\n{base64.b64encode(root(hashes)).decode()}\n"
        signature = base64.b64encode(self.id + self.key.sign(text.encode())).decode()
        return f"{text}\n\u2014 {ORIGIN} {signature}\n"


def event(index):
    """The columns of an event. 5 has a value everywhere, 6 nearly nowhere; 20 erased of 10."""
    created = 1_767_225_600_000_000_000 + index // 7 * 1_000_001
    row = {
        "sequence": index,
        "id": uuid.UUID(int=0x0190A1B2_0000_7000_8000_0000_0000_0000 + index).bytes,
        "customer_id": 1 + index % 5,
        "timestamp": created - 5_000,
        "created_at": created,
        "flags": 0,
        "dialect": "native",
        "outcome": "SUCCESS",
        "severity": "info",
    }
    if index == 6:
        return row
    row |= {
        "action": "ORDER_UPDATE",
        "verb": "UPDATE",
        "event_type": "ORDER",
        "description": "Something happened",
        "origin": "192.0.2.1",
        "client_ip": "00000000000000000000ffffc0000201",
        "target_id": str(index),
        "metadata": '{"lines":3,"site":"north"}',
        "latency": 12.5,
    }
    if index == 5:
        row |= {name: '{ "n": 1.0, "a": "ä" }' if name in JSONS else 'Wört "\\\n' for name in TEXTS if name != "client_ip"}
        row |= {name: 42 for name in INTEGERS} | {name: 0.1 for name in REALS}
        row |= {"before": "null", "metadata_list": '[{"b":1e30},{"a":2}]', "series_id": uuid.UUID(int=7).bytes, "flags": 3}
    if index == 20:
        of = str(uuid.UUID(bytes=event(10)["id"]))
        fields = {"fields": ["description", "metadata"], "reason": "asked for"}
        row |= {"dialect": "internal", "event_type": "ERASURE", "target_type": "EVENT", "target_id": of, "flags": 16}
        row["metadata"] = json.dumps(fields)
    return row


def folded(row):
    texts = {member(name): fold(row[name]) for name in TEXTS if member(name) in KEYWORDS and not (row.get(name) or "").isascii()}
    return canonical(texts) if texts else None


def event_salt(index):
    return hashlib.sha256(b"salt %d" % index).digest()


def leaf(row):
    clear, sealed = {"flags": sorted(name for name, bit in BITS.items() if row["flags"] & bit)}, {}
    for column, value in row.items():
        name = member(column)
        if column in OWN or value is None:
            continue
        value = printed(column, value)
        if name in CLEAR:
            clear[name] = value
        else:
            sealed[name] = commitment(field_salt(event_salt(row["sequence"]), name), name, value)
    return canonical(
        {
            "v": 1,
            "id": str(uuid.UUID(bytes=row["id"])),
            "customer": row["customer_id"],
            "timestamp": str(row["timestamp"]),
            "createdTimestamp": str(row["created_at"]),
            "clear": clear,
            "sealed": sealed,
        }
    )


def write(path, size=40, batch=7, seed=1):
    base = sqlite3.connect(path)
    columns = [f"{name} BIGINT NOT NULL" for name in ("customer_id", "timestamp", "created_at", "flags")]
    columns += [f"{name} BIGINT" for name in INTEGERS] + [f"{name} DOUBLE" for name in REALS]
    columns += [f'"{name}" TEXT' for name in TEXTS] + ["folded TEXT", "id BLOB NOT NULL", "series_id BLOB"]
    base.executescript(
        f"""CREATE TABLE event (sequence BIGINT NOT NULL PRIMARY KEY, {", ".join(columns)});
        CREATE TABLE event_leaf (sequence BIGINT NOT NULL PRIMARY KEY, salt BLOB, field_salts TEXT, leaf TEXT NOT NULL);
        CREATE TABLE log_tile (level INTEGER, idx BIGINT, root BLOB, hashes BLOB, PRIMARY KEY (level, idx));
        CREATE TABLE log_checkpoint (size BIGINT NOT NULL PRIMARY KEY, note TEXT NOT NULL);
        CREATE TABLE log_key (id INTEGER PRIMARY KEY, public_key TEXT NOT NULL, created_at BIGINT, retired_at BIGINT);
        CREATE TABLE audit_head (id INTEGER PRIMARY KEY, next_sequence BIGINT, last_created BIGINT);"""
    )
    for index in range(size):
        row = event(index)
        text = leaf(row)
        row["folded"] = folded(row)
        names = ", ".join(f'"{name}"' for name in row)
        base.execute(f"INSERT INTO event ({names}) VALUES (?{', ?' * (len(row) - 1)})", list(row.values()))
        base.execute("INSERT INTO event_leaf VALUES (?, ?, NULL, ?)", [index, event_salt(index), text])
    base.execute("INSERT INTO audit_head VALUES (1, ?, ?)", [size, event(size - 1)["created_at"]])
    prove(base, batch, seed)
    if size > 20:
        erase(base, 10, ["description", "metadata"])
    base.commit()
    base.close()


def prove(base, batch=7, seed=1):
    """Tiles, checkpoints and the key anew, from the leaves."""
    signer = Signer(seed)
    for table in ("log_tile", "log_checkpoint", "log_key"):
        base.execute(f"DELETE FROM {table}")
    hashes = [leaf_hash(text.encode()) for (text,) in base.execute("SELECT leaf FROM event_leaf ORDER BY sequence")]
    for size in {*range(batch, len(hashes), batch), len(hashes)}:
        base.execute("INSERT INTO log_checkpoint VALUES (?, ?)", [size, signer.note(hashes[:size])])
    level = 0
    while len(hashes) >= 256:
        tiles = [hashes[at : at + 256] for at in range(0, len(hashes) - 255, 256)]
        rows = [(level, at, root(tile), b"".join(tile)) for at, tile in enumerate(tiles)]
        base.executemany("INSERT INTO log_tile VALUES (?, ?, ?, ?)", rows)
        hashes, level = [row[2] for row in rows], level + 1
    base.execute("INSERT INTO log_key VALUES (0, ?, 0, NULL)", [signer.text])


def erase(base, index, columns):
    row = event(index) | {name: None for name in columns}
    names = [member(name) for name, value in row.items() if value is not None and name not in OWN]
    salts = {name: unpadded(field_salt(event_salt(index), name)) for name in names if name not in CLEAR}
    sets = ", ".join(f"{name} = NULL" for name in columns)
    base.execute(f"UPDATE event SET {sets}, flags = flags | 64, folded = ? WHERE sequence = ?", [folded(row), index])
    base.execute("UPDATE event_leaf SET salt = NULL, field_salts = ? WHERE sequence = ?", [json.dumps(salts), index])
