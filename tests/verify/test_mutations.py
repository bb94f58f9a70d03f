"""Every way to change a log is found and named."""

import shutil
import sqlite3

import fixture
import pytest
from database import Database, member
from formats import Fault, Key

KEY = Key(fixture.Signer().text)


@pytest.fixture(scope="session")
def original(tmp_path_factory):
    path = tmp_path_factory.mktemp("log") / "argus.db"
    fixture.write(path, 300)
    return path


@pytest.fixture(scope="session")
def short(tmp_path_factory):
    path = tmp_path_factory.mktemp("short") / "argus.db"
    fixture.write(path, 12)
    return path


@pytest.fixture
def after(tmp_path, original):
    """The faults of a copy after changes."""

    def changed(change, of=original, keys=(KEY,), checkpoints=()):
        path = tmp_path / "copy.db"
        shutil.copy(of, path)
        base = sqlite3.connect(path)
        if callable(change):
            change(base)
            base.commit()
        else:
            base.executescript(change)
        base.close()
        return Database(path, keys, checkpoints).verify()

    return changed


def note(path, size):
    return sqlite3.connect(path).execute("SELECT note FROM log_checkpoint WHERE size = ?", [size]).fetchone()[0]


def test_unchanged(after, original, tmp_path):
    assert after("", checkpoints=[note(original, 7), note(original, 300)]) == []
    assert after("", keys=()) == []
    with pytest.raises(Fault):
        Database(tmp_path / "none.db")
    assert not (tmp_path / "none.db").exists()


def test_every_column(after, short):
    assert after("", short) == []
    columns = sqlite3.connect(short).execute("SELECT name, type FROM pragma_table_info('event')").fetchall()
    assert len(columns) == 59
    for column, kind in columns:
        others = {
            "flags": ["2", "5", "19", "35", "67", "131"],
            "sequence": ["1000", "-1"],
            "id": ["zeroblob(16)", "x'00'"],
            "series_id": ["zeroblob(16)", "x'00'", "NULL"],
            "client_ip": ["'00000000000000000000ffffc0000202'", "'00000000000000000000FFFFC0000201'", "'x'", "NULL"],
        }.get(column)
        kinds = {"BIGINT": ["43", "9007199254740993", "'x'"], "DOUBLE": ["0.2", "'x'", "NULL"]}
        others = others or kinds.get(kind) or ["'{\"other\":1}'", "'{\"a\":1,\"a\":1}'", "'Wört'", "''", "x'ff'", "NULL"]
        for index in (5, 6):
            for other in others:
                if index == 6 and (other == "NULL" or column in ("sequence", "flags")):
                    continue
                told = after(f'UPDATE event SET "{column}" = {other} WHERE sequence = {index}', short)
                names = {"sequence": "missing", "customer_id": "customer", "created_at": "createdTimestamp"}
                name = names.get(column, member(column))
                assert any(f.startswith(f"leaf {index}: ") and (name in f or column in f) for f in told), (column, other, told)
    assert any("more has a value" in fault for fault in after("ALTER TABLE event ADD COLUMN more TEXT DEFAULT 'x'", short))


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ("DELETE FROM event WHERE sequence = 40", "leaf 40: the row is missing"),
        ("DELETE FROM event WHERE sequence = 40; DELETE FROM event_leaf WHERE sequence = 40", "leaf 40: the leaf is missing"),
        (
            "CREATE TEMP TABLE one AS SELECT * FROM event WHERE sequence = 40; UPDATE one SET sequence = 300;"
            "INSERT INTO event SELECT * FROM one",
            "leaf 300: the row was added",
        ),
        (
            "UPDATE event SET sequence = 999 WHERE sequence = 50; UPDATE event SET sequence = 50 WHERE sequence = 57;"
            "UPDATE event SET sequence = 57 WHERE sequence = 999",
            "leaf 50: order: the id differs, the row is that of event 0190a1b2-0000-7000-8000-000000000039, which is leaf 57",
        ),
        (
            "DELETE FROM event WHERE sequence >= 298; DELETE FROM event_leaf WHERE sequence >= 298",
            "checkpoint 300: the tail was cut",
        ),
        ("DELETE FROM log_checkpoint WHERE size > 294", "leaf 294: no checkpoint"),
        ("UPDATE event_leaf SET leaf = leaf || ' ' WHERE sequence = 60", "leaf 60: the leaf is not in canonical form"),
        ("UPDATE event_leaf SET leaf = '{}' WHERE sequence = 60", "leaf 60: the leaf has not the form"),
        ("UPDATE event_leaf SET salt = zeroblob(32) WHERE sequence = 60", "leaf 60: action differs from its commitment"),
        ("UPDATE log_checkpoint SET note = replace(note, char(10) || '63', char(10) || '64') WHERE size = 63",
         "checkpoint 63: signature: the signature is wrong"),
        ("UPDATE log_tile SET hashes = zeroblob(8192)", "tile 0/0: "),
        ("UPDATE log_tile SET idx = 1", "tile 0/1: the tree has no such full tile"),
        ("UPDATE audit_head SET next_sequence = 301", "log: "),
        ("UPDATE event SET description = 'x' WHERE sequence = 10", "leaf 10: description has a value although it was erased"),
        ("UPDATE event SET flags = 32 WHERE sequence = 12", "leaf 12: flags: it is DELETED without an erasure event"),
    ],
)
def test_change(after, change, expected):
    assert any(fault.startswith(expected) for fault in after(change)), after(change)


def test_leaf_with_its_row(after, original):
    def change(base):
        row = fixture.event(60) | {"customer_id": 77}
        base.execute("UPDATE event SET customer_id = 77 WHERE sequence = 60")
        base.execute("UPDATE event_leaf SET leaf = ? WHERE sequence = 60", [fixture.leaf(row)])

    told = after(change)
    assert "checkpoint 63: its root is not that of the leaves" in told
    assert "checkpoint 56: its root is not that of the leaves" not in told

    def anew(base):
        change(base)
        fixture.prove(base)

    assert after(anew) == []
    assert len(after(anew, checkpoints=[note(original, 56), note(original, 63)])) == 1


def test_another_key(after, original):
    def change(base):
        fixture.prove(base, seed=2)

    assert "checkpoint 7: signature: no known key signed it" in after(change)
    assert after(change, keys=()) == []
    assert len(after(change, keys=(), checkpoints=[note(original, 7)])) == 1


def test_an_old_copy(after, original):
    change = """DELETE FROM event WHERE sequence >= 294; DELETE FROM event_leaf WHERE sequence >= 294;
        DELETE FROM log_checkpoint WHERE size > 294;
        UPDATE audit_head SET next_sequence = 294, last_created = (SELECT MAX(created_at) FROM event)"""
    assert after(change) == []
    assert after(change, checkpoints=[note(original, 300)]) == ["given checkpoint no. 1: the log was cut or rolled back"]


def test_erasures(after):
    told = after(lambda base: fixture.erase(base, 12, ["description"]))
    assert told == ["leaf 12: erased without an erasure event: description"]
    told = after(lambda base: fixture.erase(base, 10, ["description", "metadata", "origin"]))
    assert told == ["leaf 10: erased without an erasure event: origin"]

    def undo(base):
        row = fixture.event(10)
        values = [row["description"], row["metadata"]]
        base.execute("UPDATE event SET flags = 0, description = ?, metadata = ? WHERE sequence = 10", values)
        base.execute("UPDATE event_leaf SET salt = ?, field_salts = NULL WHERE sequence = 10", [fixture.event_salt(10)])

    assert len(after(undo)) == 2 and all("although an event says" in fault for fault in after(undo))
