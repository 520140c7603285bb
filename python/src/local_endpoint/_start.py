"""Endpoints of ours: up as long as one of those who meet is there, down when the last one has gone.

`local-endpoint run` serves beside a command, and takes everything down when that ends. The command is `_watch`, which
waits for the others: so nothing is left when they are killed, all of them, at any moment.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Callable

from local_endpoint._program import CommandFailed, LocalEndpointError, Program, find

Tell = Callable[[str], None]
"""Where the lines of a start go while somebody waits for it."""

STATE = "state-"
"""What the names of state folders begin with, below the meeting's."""

QUIET = 2.0
"""Seconds: a start that takes no longer says nothing."""

END = 60.0
"""Seconds that the end may take: requests in flight are answered first."""


@dataclass(frozen=True)
class Up:
    """What is to be served, and how."""

    path: Path
    """The project folder, or one of its YAML files."""
    engine: str | None = None
    traffic: tuple[tuple[str, int], ...] = ()
    arguments: tuple[str, ...] = ()
    """More flags of `local-endpoint up`."""

    def words(self) -> list[str]:
        engine = ["--engine", self.engine] if self.engine else []
        shares = " ".join(f"{name}={share}" for name, share in self.traffic)
        return [str(self.path), *engine, *(["--traffic", shares] if shares else []), *self.arguments]

    @staticmethod
    def of(path: Path, engine: str | None, traffic: Mapping[str, int] | None, arguments: Sequence[str]) -> Up:
        return Up(path, engine, tuple((traffic or {}).items()), tuple(arguments))


@dataclass
class Started:
    """An endpoint that came up, or what was said instead."""

    state: Path
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)
    """Of the one who started it."""
    error: CommandFailed | None = None

    def written(self) -> str:
        error = self.error and {"code": self.error.code, "told": self.error.told}
        return json.dumps({"state": str(self.state), "error": error})

    @staticmethod
    def read(text: str) -> Started:
        document = json.loads(text)
        error = document["error"] and CommandFailed(["run"], document["error"]["code"], document["error"]["told"])
        return Started(Path(document["state"]), error=error)

    def ended(self) -> None:
        """Waits for the process, where it is ours."""
        if self.process:
            self.process.wait()

    def program(self) -> Program:
        if self.error:
            raise self.error
        return Program(self.state)


def gone(state: Path) -> None:
    """Waits until nothing runs of it any more, once everybody has left the meeting."""
    patience = time.monotonic() + END
    while json.loads(Program(state)("status", "-o", "json"))["emulators"]:
        if time.monotonic() > patience:
            raise LocalEndpointError(f"an endpoint is not down after {END:.0f} s; its state is in {state}")
        # Another process's end is no event everywhere.
        time.sleep(0.02)


def start(up: Up, meeting: Path, tell: Tell | None) -> Started:
    """Returns when every deployment is ready, or one has failed. Ends when nobody is left in the meeting."""
    started = Started(Path(tempfile.mkdtemp(prefix=STATE, dir=meeting)))
    told = started.state / "up.log"
    watch = [sys.executable, "-m", "local_endpoint._watch", str(meeting)]
    with told.open("wb") as log:
        started.process = subprocess.Popen(
            [find(), "run", *up.words(), "--", *watch],
            env=Program(started.state).environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=log,
            # Ctrl-C of the terminal is for us: it goes on to answer what the tests still ask while they end.
            start_new_session=True,
        )
    with _told(told, tell):
        up_or_not = _first_line(started.process)
    if not up_or_not:
        text = told.read_text(encoding="utf-8", errors="replace")
        started.error = CommandFailed(["run", *up.words()], started.process.wait(), text)
    return started


def _first_line(process: subprocess.Popen[bytes]) -> bytes:
    assert process.stdout
    try:
        with process.stdout as stdout:
            return stdout.readline()
    except BaseException:
        # Ctrl-C: nobody waits for it any more.
        process.terminate()
        process.wait()
        raise


@contextmanager
def _told(file: Path, tell: Tell | None) -> Iterator[None]:
    """What the file gets is told while this lasts."""
    if tell is None:
        yield
        return
    ended = threading.Event()
    teller = threading.Thread(target=_follow, args=(file, tell, ended), daemon=True)
    teller.start()
    try:
        yield
    finally:
        ended.set()
        teller.join()


def _follow(file: Path, tell: Tell, ended: threading.Event) -> None:
    with file.open(encoding="utf-8", errors="replace") as lines:
        while not ended.wait(QUIET):
            for line in lines:
                tell(line.rstrip())
