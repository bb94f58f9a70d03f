"""The real program as a process: started in a folder of its own, gone when its tests are."""

import ctypes
import json
import os
import re
import signal
import subprocess
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

import requests

PROGRAM = Path(os.environ["ARGUS_TEST_PROGRAM"]).resolve()

# Far more than anything takes, even unoptimised on a busy machine.
BOUND = 60


@contextmanager
def fresh_folder():
    """A folder that is gone afterwards. In memory where there is such a place: what a disk makes of a crash is tested
    elsewhere, and waiting for it takes most of the time."""
    memory = "/dev/shm"
    with tempfile.TemporaryDirectory(prefix="argus-", dir=memory if os.access(memory, os.W_OK) else None) as folder:
        yield Path(folder)


def _end_with_parent():
    """Whatever ends the tests, SIGKILL too, ends the server (Linux; elsewhere the fixtures do what they can)."""
    try:
        ctypes.CDLL(None).prctl(1, signal.SIGTERM)
    except (OSError, AttributeError):
        pass


class Server:
    """A running Argus on a port that the system chose, with data of its own and none of its caller's settings."""

    def __init__(self, folder: Path, database_url: str | None = None, **settings: str):
        self.folder = folder
        variables = {"PATH": os.environ.get("PATH", ""), "ARGUS_LISTEN": "127.0.0.1:0"}
        if database_url:
            variables["ARGUS_DATABASE_URL"] = database_url
        variables.update({f"ARGUS_{name}": value for name, value in settings.items()})
        with open(folder / "stdout", "wb") as stdout, open(folder / "stderr", "wb") as stderr:
            self.process = subprocess.Popen(
                [PROGRAM],
                cwd=folder,
                env=variables,
                stdin=subprocess.DEVNULL,
                stdout=stdout,
                stderr=stderr,
                preexec_fn=_end_with_parent,
            )
        try:
            self.url = self._until("says where it listens", self._address)
            self._until("is healthy", self._is_healthy)
            self.first = json.loads((folder / "argus-data" / "bootstrap.json").read_text())
        except BaseException:
            self.kill()
            raise

    @property
    def domain(self) -> str:
        return self.first["domain"]

    def printed(self) -> str:
        return "".join((self.folder / name).read_text(errors="replace") for name in ("stdout", "stderr"))

    def stop(self):
        """Ends it as an operator does, and sees that it had nothing to complain about."""
        self.process.terminate()
        try:
            status = self.process.wait(BOUND)
        finally:
            self.kill()
        printed = self.printed()
        assert status == 0, printed
        complaints = [line for line in printed.splitlines() if " ERROR " in line or "panicked" in line]
        assert not complaints, complaints

    def kill(self):
        self.process.kill()
        self.process.wait()

    def _address(self):
        found = re.search(r"listens on (http://\S+)", (self.folder / "stdout").read_text())
        return found and found[1]

    def _is_healthy(self):
        try:
            return requests.get(f"{self.url}/health", timeout=BOUND).status_code == 200
        except requests.ConnectionError:
            return False

    def _until(self, what, look):
        end = time.monotonic() + BOUND
        while True:
            found = look()
            if found:
                return found
            if time.monotonic() > end or self.process.poll() is not None:
                raise AssertionError(f"not so: {what}\n{self.printed()}")
            time.sleep(0.02)
