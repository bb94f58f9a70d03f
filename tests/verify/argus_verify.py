#!/usr/bin/env python3
"""Verifies what Argus proves, without anything of Argus.

  argus_verify.py receipt FILE [--leaf FILE]     the receipt of an event that was sent
  argus_verify.py proof FILE                     a proof, as JSON or as text
  argus_verify.py export FILE                    an exported file
  argus_verify.py database sqlite://PATH         a whole log
  argus_verify.py live URL                       a log that is served

Faults are printed one a line; the exit code is 0 only when there is none.
"""

import argparse
import pathlib
import sys

from database import Database
from events import compare_printed, read_leaf
from formats import Fault, Key, checkpoint, from_padded, is_included, leaf_hash, parse
from live import Live


def data(value):
    """What stands in the envelope of an answer, or by itself."""
    if not isinstance(value, dict):
        raise Fault("no JSON object")
    return value["data"] if isinstance(value.get("data"), dict) else value


def path_holds(found, keys):
    """Origin, size and root of the checkpoint that the hash of a leaf leads to."""
    origin, size, head = checkpoint(found["checkpoint"], keys)
    hashes = [from_padded(text) for text in found["inclusionProof"]]
    if not is_included(from_padded(found["leafHash"]), found["leafIndex"], size, hashes, head):
        raise Fault("the inclusion proof does not lead from the leaf to the checkpoint")
    return origin, size, head


def receipt(value, keys, leaf=None):
    """Faults of a receipt, or of the answer to a request that has one."""
    found = data(value)
    found = found.get("receipt", found)
    try:
        path_holds(found, keys)
        if leaf is not None and leaf_hash(leaf) != from_padded(found["leafHash"]):
            raise Fault("leafHash is not that of the leaf")
    except (Fault, KeyError, TypeError) as fault:
        return [f"leaf {found.get('leafIndex')}: {fault}"]
    return []


def proof(value, keys):
    """Faults of a proof as JSON, and the names of what is erased of the event."""
    found = data(value)
    place = f"leaf {found.get('leafIndex')}"
    try:
        head = path_holds(found, keys)
        if leaf_hash(found["leaf"].encode()) != from_padded(found["leafHash"]):
            raise Fault("leafHash is not that of the leaf")
        reasons, gone = compare_printed(read_leaf(found["leaf"]), found["event"], found["salts"], found["leafIndex"])
    except (Fault, KeyError, TypeError, AttributeError) as fault:
        return [f"{place}: {fault!r}" if isinstance(fault, KeyError) else f"{place}: {fault}"], set(), None
    return [f"{place}: {reason}" for reason in reasons], gone, head


def text_proof(text, keys):
    """Faults of a proof as text (C2SP tlog-proof)."""
    head, _, note = text.partition("\n\n")
    lines = head.split("\n")
    try:
        if lines[0] != "c2sp.org/tlog-proof@v1" or not lines[1].startswith("extra ") or not lines[2].startswith("index "):
            raise Fault("no proof")
        leaf = from_padded(lines[1][6:])
        _, size, root = checkpoint(note, keys)
        if not is_included(leaf_hash(leaf), int(lines[2][6:]), size, [from_padded(line) for line in lines[3:]], root):
            raise Fault("the inclusion proof does not lead from the leaf to the checkpoint")
        return []
    except (Fault, IndexError, ValueError) as fault:
        return [f"proof: {fault}"]


def export(file, keys=()):
    """Faults of an exported file."""
    lines = pathlib.Path(file).read_text("utf-8").splitlines()
    faults, roots, last = [], {}, parse(lines[-1]) if lines else {}
    if "key" not in last or "checkpoint" not in last or "event" in last:
        return ["log: the last line has no key and checkpoint: the file was cut"]
    try:
        keys = list(keys) or [Key(line) for line in last["key"].splitlines()]
        heads = [checkpoint(last["checkpoint"], keys)]
    except Fault as fault:
        return [f"log: {fault}"]
    for line in lines[:-1]:
        found, _, head = proof(parse(line), keys)
        faults += found
        heads += [head] if head else []
    for origin, size, root in heads:
        if roots.setdefault(size, root) != root or origin != heads[0][0]:
            faults.append(f"checkpoint {size}: there are two, of different trees or logs")
    return faults


def lines_of(files):
    return [line for file in files for line in pathlib.Path(file).read_text("utf-8").splitlines() if line]


def main():
    command = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    command.add_argument("what", choices=["receipt", "proof", "export", "database", "live"])
    command.add_argument("where", help="FILE, sqlite://PATH or URL")
    command.add_argument("--key", action="append", default=[], metavar="FILE", help="public keys, one a line")
    command.add_argument("--checkpoint", action="append", default=[], metavar="FILE", help="a checkpoint that was kept")
    command.add_argument("--leaf", metavar="FILE", help="the leaf that a receipt is of")
    command.add_argument("--header", action="append", default=[], metavar="'NAME: VALUE'", help="sent to a log that is served")
    command.add_argument("--entries", action="store_true", help="fetch the leaves of a log that is served, too")
    given = command.parse_args()
    try:
        keys = [Key(line) for line in lines_of(given.key)]
        kept = [pathlib.Path(file).read_text("utf-8") for file in given.checkpoint]
        if given.what == "database":
            file = given.where.removeprefix("sqlite://")
            faults = Database(file, keys, kept).verify()
        elif given.what == "live":
            faults, _ = Live(given.where, keys, given.header).verify(kept, given.entries)
        elif given.what == "export":
            faults = export(given.where, keys)
        else:
            if not keys:
                raise Fault("--key is needed")
            text = pathlib.Path(given.where).read_text("utf-8")
            if given.what == "receipt":
                faults = receipt(parse(text), keys, pathlib.Path(given.leaf).read_bytes() if given.leaf else None)
            else:
                faults = text_proof(text, keys) if text.startswith("c2sp") else proof(parse(text), keys)[0]
    except (Fault, OSError) as fault:
        print(fault, file=sys.stderr)
        return 2
    if not keys:
        print("warning: no key was given, so that the log's own is believed", file=sys.stderr)
    if given.what == "database" and not kept:
        print("warning: no checkpoint was given: an old copy cannot be told from the log", file=sys.stderr)
    for fault in faults:
        print(fault)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
