"""Fixtures. Every test runs on each store, with one server for all tests of a store."""

import os

# What whoever runs the tests has set for other purposes does not count here. Before anything reads it.
for name in list(os.environ):
    ours = name in ("ARGUS_TEST_PROGRAM", "ARGUS_TEST_POSTGRES")
    if name.lower().endswith("_proxy") or (name.startswith("ARGUS_") and not ours):
        del os.environ[name]
os.environ["NETRC"] = os.devnull

import pytest

from harness.people import administrator, make_person
from harness.process import Server, fresh_folder
from harness.stores import database


@pytest.fixture(scope="session", params=["sqlite", "postgres"])
def store(request):
    return request.param


def running(store, **settings):
    with database(store) as url, fresh_folder() as folder:
        server = Server(folder, url, **settings)
        try:
            yield server
            server.stop()
        finally:
            server.kill()


@pytest.fixture(scope="session")
def argus(store):
    """A server with default settings."""
    yield from running(store)


@pytest.fixture(scope="session")
def strict(store):
    """A server that demands CSRF tokens, lets nobody guess passwords, and has the domain of clients that are given none."""
    yield from running(
        store,
        SESSION__CSRF="token",
        DOMAIN="MNEMONIC",
        LIMITS__PASSWORD_ACCOUNT="1",
        LIMITS__PASSWORD_WINDOW="2s",
    )


@pytest.fixture(scope="session")
def admin(argus):
    """The first administrator, by password. Tests do not end this session."""
    return administrator(argus)


@pytest.fixture
def person(argus, admin):
    """Makes users of the root customer, with functions there."""
    return lambda *functions, **options: make_person(argus, admin, *functions, **options)


def pytest_terminal_summary(terminalreporter):
    """The closing line of cargo's test programs, so that tests/run counts all alike."""

    def count(*kinds):
        return sum(len(terminalreporter.stats.get(kind, [])) for kind in kinds)

    passed, failed, left_out = count("passed"), count("failed", "error"), count("skipped", "xfailed")
    terminalreporter.ensure_newline()
    verdict = "FAILED" if failed else "ok"
    terminalreporter.write_line(f"test result: {verdict}. {passed} passed; {failed} failed; {left_out} ignored")
