"""Both stores: the embedded one, and a database of its own on the PostgreSQL of ARGUS_TEST_POSTGRES."""

import itertools
import os
import subprocess
from contextlib import contextmanager
from urllib.parse import unquote, urlsplit

import pytest

POSTGRES = os.environ.get("ARGUS_TEST_POSTGRES", "postgres://postgres@127.0.0.1:5432/postgres")

_numbers = itertools.count()


@contextmanager
def database(store: str):
    """The address of a fresh database, or None for the embedded store."""
    if store == "sqlite":
        yield None
        return
    name = f"argus_test_sdk_{os.getpid()}_{next(_numbers)}"
    problem = _psql(f"CREATE DATABASE {name} TEMPLATE template0")
    if problem:
        why = f"no PostgreSQL at ARGUS_TEST_POSTGRES: {problem}"
        # In CI nothing is left out.
        (pytest.fail if os.environ.get("CI") else pytest.skip)(why)
    try:
        # A database that is gone in a minute need not wait for the disk.
        problem = _psql(f"ALTER DATABASE {name} SET synchronous_commit = off")
        assert not problem, problem
        yield f"{POSTGRES.rpartition('/')[0]}/{name}"
    finally:
        problem = _psql(f"DROP DATABASE {name} WITH (FORCE)")
        assert not problem, problem


def _psql(statement: str) -> str:
    """What went wrong, or nothing."""
    # By the environment: the address has a password, which does not belong into the list of processes.
    address = urlsplit(POSTGRES)
    parts = {
        "PGHOST": address.hostname,
        "PGPORT": address.port and str(address.port),
        "PGUSER": address.username and unquote(address.username),
        "PGPASSWORD": address.password and unquote(address.password),
        "PGDATABASE": address.path.lstrip("/"),
        "PGCONNECT_TIMEOUT": "5",
    }
    environment = {**os.environ, **{name: value for name, value in parts.items() if value}}
    command = ["psql", "-w", "-X", "-q", "-c", statement]
    try:
        done = subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    except FileNotFoundError as error:
        return str(error)
    return done.stderr if done.returncode else ""
