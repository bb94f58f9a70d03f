"""A whole database, read with SQLite."""

import ipaddress
import pathlib
import sqlite3
import uuid

from events import LATER, compare, read_leaf
from formats import Fault, Key, canonical, checkpoint, field_salt, from_unpadded, leaf_hash, node_hash, parse, root

JSONS = (
    "actor_detail target_detail before after changes request_metadata response_metadata metadata metadata_list metrics"
    " event_detail"
).split()
OWN = {"sequence", "id", "customer_id", "timestamp", "created_at", "flags", "folded"}
KEYWORDS = (
    "action eventName eventType category description actorID actorName actorEmail targetID targetName origin userAgent machineID"
).split()
BITS = {"SUSPICIOUS": 1, "LOGIN": 2, "EXPORT": 4, "METRIC": 8, "INTERNAL": 16, "DELETED": 32, "ERASED": 64}


def member(column):
    """external_id is externalID, client_ip clientIP, created_by_user createdByUser."""
    first, *rest = column.split("_")
    return first + "".join(word.upper() if word in ("id", "ip") else word.capitalize() for word in rest)


def printed(column, value):
    """What an event prints of a column."""
    if column == "series_id":
        return str(uuid.UUID(bytes=value))
    if column == "client_ip":
        address = ipaddress.IPv6Address(int(value, 16))
        if f"{int(address):032x}" != value:
            raise Fault("another form of an address")
        return str(address.ipv4_mapped or address)
    if isinstance(value, bytes):
        raise Fault("bytes")
    return parse(value) if column in JSONS else value


def fold(text):
    """Sign by sign: lower, upper, lower."""
    for case in (str.lower, str.upper, str.lower):
        text = "".join(map(case, text))
    return text


class Database:
    """A log, and what is wrong with it."""

    def __init__(self, file, keys=(), checkpoints=()):
        if not pathlib.Path(file).is_file():
            raise Fault(f"{file}: there is no such file")
        self.base = sqlite3.connect(pathlib.Path(file).resolve().as_uri() + "?mode=ro", uri=True)
        self.base.row_factory = sqlite3.Row
        self.base.execute("BEGIN")
        self.faults = []
        self.keys = list(keys) or [Key(row[0]) for row in self.base.execute("SELECT public_key FROM log_key")]
        self.given = list(checkpoints)
        self.lost, self.erasures = {}, []

    def add(self, index, reason):
        self.faults.append(f"leaf {index}: {reason}")

    def verify(self):
        """All faults."""
        try:
            self.look()
        finally:
            self.base.close()
        return self.faults

    def look(self):
        rows = self.base.execute("SELECT * FROM event ORDER BY sequence")
        leaves = self.base.execute("SELECT sequence, salt, field_salts, leaf FROM event_leaf ORDER BY sequence")
        row, leaf = rows.fetchone(), leaves.fetchone()
        hashes, ids, places, last = [], {}, {}, None
        while row or leaf:
            if row and (not leaf or row["sequence"] < leaf["sequence"]):
                self.add(row["sequence"], "the row was added: there is no leaf of it")
                row = rows.fetchone()
                continue
            index = leaf["sequence"]
            if index != len(hashes):
                self.add(len(hashes), "the leaf is missing")
            hashes.append(leaf_hash(str(leaf["leaf"]).encode()))
            if not row or row["sequence"] != index:
                self.add(index, "the row is missing")
                leaf = leaves.fetchone()
                continue
            if isinstance(row["created_at"], int):
                if last is not None and row["created_at"] < last:
                    self.add(index, "order: it was received before the leaf before it")
                last = row["created_at"]
            try:
                for reason in self.pair(index, row, leaf, ids, places):
                    self.add(index, reason)
            except Fault as fault:
                self.add(index, str(fault))
            row, leaf = rows.fetchone(), leaves.fetchone()
        for index, found in ids.items():
            home = places.get(found)
            at = "" if home is None else f", which is leaf {home}"
            self.add(index, f"order: the id differs, the row is that of event {found}{at}")
        self.explain(places)
        self.tree(hashes)
        head = self.base.execute("SELECT next_sequence, last_created FROM audit_head WHERE id = 1").fetchone()
        if not head or head[0] != len(hashes) or (last is not None and head[1] != last):
            self.faults.append("log: the place up to which it is written is another")

    def pair(self, index, row, leaf, ids, places):
        """Of a row and its leaf."""
        said = read_leaf(leaf["leaf"])
        places[said["id"]] = index
        if not isinstance(row["id"], bytes) or len(row["id"]) != 16:
            raise Fault("id is no UUID")
        if str(uuid.UUID(bytes=row["id"])) != said["id"]:
            ids[index] = str(uuid.UUID(bytes=row["id"]))
            return []
        names = {"customer_id": "customer", "timestamp": "timestamp", "created_at": "createdTimestamp"}
        reasons = [f"{name} differs from the leaf" for column, name in names.items() if str(row[column]) != str(said[name])]
        values = {}
        for column in set(row.keys()) - OWN:
            if row[column] is not None:
                try:
                    values[member(column)] = printed(column, row[column])
                    canonical(values[member(column)])
                except (Fault, ValueError, TypeError):
                    reasons.append(f"{member(column)} ({column}) has a value that it cannot have")
                    values.pop(member(column), None)
        if leaf["salt"] is not None and leaf["field_salts"] is not None:
            raise Fault("there are salts of fields although the event's own is there")
        if leaf["salt"] is not None:
            if len(leaf["salt"]) != 32:
                raise Fault("the salt has not 32 bytes")
            salts = {name: field_salt(leaf["salt"], name) for name in said["sealed"]}
        else:
            salts = {name: from_unpadded(salt) for name, salt in parse(leaf["field_salts"] or "null").items()}
        bits = row["flags"] if isinstance(row["flags"], int) else -1
        flags = {name for name, bit in BITS.items() if bits & bit}
        if bits & ~127:
            reasons.append("flags has bits of no flag")
        more, gone = compare(said, values, flags, salts)
        reasons += more
        texts = {name: fold(values[name]) for name in KEYWORDS if not str(values.get(name, "")).isascii()}
        if row["folded"] != (canonical(texts) if texts else None):
            reasons.append("folded does not follow from the texts of the row")
        later = (flags - set(said["clear"]["flags"])) & LATER - {"SUSPICIOUS"}
        if gone or later:
            self.lost[said["id"]] = (index, gone, later)
        if (values.get("eventType"), values.get("dialect"), values.get("targetType")) == ("ERASURE", "internal", "EVENT"):
            if gone:
                reasons.append("values of an erasure event were erased")
            elif not reasons:
                self.erasures.append((index, values["targetID"], set(values["metadata"]["fields"]), said))
        return reasons

    def explain(self, places):
        """What was erased must be said, and what is said to be erased must be."""
        named = {}
        for index, of, fields, _ in self.erasures:
            if places.get(of, index) >= index:
                self.add(index, "it says what was erased of an event that is not there")
                continue
            named.setdefault(of, set()).update(fields)
        for of, (index, gone, later) in self.lost.items():
            if gone - named.get(of, set()):
                self.add(index, f"erased without an erasure event: {', '.join(sorted(gone - named.get(of, set())))}")
            elif later and of not in named:
                self.add(index, f"flags: it is {' and '.join(sorted(later))} without an erasure event")
            if bool(gone) != ("ERASED" in later):
                self.add(index, "flags: ERASED is not as its values are")
        for of, fields in named.items():
            sql = "SELECT leaf FROM event_leaf WHERE sequence = ?"
            sealed = set(read_leaf(self.base.execute(sql, [places[of]]).fetchone()[0])["sealed"])
            for name in sorted((fields & sealed) - self.lost.get(of, (0, set(), 0))[1]):
                self.add(places[of], f"{name} has a value although an event says that it was erased")

    def tree(self, hashes):
        """Checkpoints and tiles."""
        roots, stack = {0: root([])}, []
        wanted = {row[0] for row in self.base.execute("SELECT size FROM log_checkpoint")}
        given = []
        for place, note in enumerate(self.given, 1):
            try:
                given.append((place, checkpoint(note, self.keys)))
                wanted.add(given[-1][1][1])
            except Fault as fault:
                self.faults.append(f"given checkpoint no. {place}: {fault}")
        for index, found in enumerate(hashes):
            ones = index
            while ones & 1:
                found, ones = node_hash(stack.pop(), found), ones >> 1
            stack.append(found)
            if index + 1 in wanted:
                roots[index + 1] = self.fold(stack)
        origin, last = None, 0
        for size, note in self.base.execute("SELECT size, note FROM log_checkpoint ORDER BY size").fetchall():
            try:
                found = checkpoint(note, self.keys)
                origin = origin or found[0]
                if found[1] != size or found[0] != origin:
                    self.faults.append(f"checkpoint {size}: it is of another size or log")
                elif size > len(hashes):
                    self.faults.append(f"checkpoint {size}: the tail was cut: there are only {len(hashes)} leaves")
                elif roots.get(size) != found[2]:
                    self.faults.append(f"checkpoint {size}: its root is not that of the leaves")
            except Fault as fault:
                self.faults.append(f"checkpoint {size}: signature: {fault}")
            last = size
        if last < len(hashes):
            self.add(last, "no checkpoint is of it")
        for place, (of, size, head) in given:
            if size > len(hashes):
                self.faults.append(f"given checkpoint no. {place}: the log was cut or rolled back")
            elif roots.get(size) != head or (origin and of != origin):
                self.faults.append(f"given checkpoint no. {place}: the leaves are not those that it was signed for")
        self.tiles(hashes)

    @staticmethod
    def fold(stack):
        *rest, found = stack
        for left in reversed(rest):
            found = node_hash(left, found)
        return found

    def tiles(self, hashes):
        there = {(row[0], row[1]): (row[2], row[3]) for row in self.base.execute("SELECT level, idx, root, hashes FROM log_tile")}
        level = 0
        while len(hashes) >= 256:
            above = []
            for at in range(len(hashes) // 256):
                tile = hashes[at * 256 : at * 256 + 256]
                above.append(root(tile))
                if there.pop((level, at), None) != (above[-1], b"".join(tile)):
                    self.faults.append(f"tile {level}/{at}: it is not that of the leaves")
            hashes, level = above, level + 1
        self.faults += [f"tile {level}/{at}: the tree has no such full tile" for level, at in there]
