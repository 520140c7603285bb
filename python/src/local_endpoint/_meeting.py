"""Processes that share something, and who of them is still there.

Each holds a file of its own locked. The system unlocks it when the process ends, however it ends: a killed one is
neither counted for ever nor takes anything from the others.
"""

from __future__ import annotations

import sys
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import IO

if sys.platform == "win32":
    import msvcrt
    import time

    def _lock(file: IO[bytes], wait: bool) -> bool:
        while True:
            try:
                msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
                return True
            except OSError:
                if not wait:
                    return False
            # A lock that is given back is no event there.
            time.sleep(0.1)

else:
    import fcntl

    def _lock(file: IO[bytes], wait: bool) -> bool:
        try:
            # Not flock: forked children would hold it, too.
            fcntl.lockf(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except (BlockingIOError, PermissionError):
            return False
        return True


class Meeting:
    """A folder where they meet. One object a process: closing a second handle would unlock the first."""

    def __init__(self, folder: Path) -> None:
        self._members = folder / "members"
        self._members.mkdir(parents=True, exist_ok=True)
        self._turn = folder / "turn"
        self._own: IO[bytes] | None = None

    @contextmanager
    def turn(self) -> Iterator[None]:
        """One process after another."""
        with self._turn.open("ab") as file:
            _lock(file, wait=True)
            yield

    def join(self) -> None:
        """In one's turn; a second time changes nothing."""
        if self._own is None:
            self._own = (self._members / uuid.uuid4().hex).open("ab")
            _lock(self._own, wait=True)

    def leave(self) -> None:
        """To be counted no more."""
        if self._own is not None:
            self._own.close()
            self._own = None

    @contextmanager
    def nobody_left(self) -> Iterator[None]:
        """Waits for the end of all the others; nobody joins meanwhile."""
        while True:
            for member in self._members.iterdir():
                with member.open("ab") as file:
                    _lock(file, wait=True)
            with self.turn():
                if self._is_empty():
                    yield
                    return

    def _is_empty(self) -> bool:
        return not any(self._is_held(member) for member in self._members.iterdir())

    def _is_held(self, member: Path) -> bool:
        with member.open("ab") as file:
            return not _lock(file, wait=False)


class Alone:
    """One process at a time, and all its threads, as deep as one likes."""

    def __init__(self, file: Path | None) -> None:
        """None: there are no others."""
        self._path = file
        self._file: IO[bytes] | None = None
        self._inside = 0
        self._threads = threading.Lock()

    @contextmanager
    def __call__(self) -> Iterator[None]:
        """Waits until the other processes are outside."""
        self._enter()
        try:
            yield
        finally:
            self._leave()

    def _enter(self) -> None:
        with self._threads:
            if self._path and self._file is None:
                self._file = self._path.open("ab")
                _lock(self._file, wait=True)
            self._inside += 1

    def _leave(self) -> None:
        with self._threads:
            self._inside -= 1
            if self._file and not self._inside:
                self._file.close()
                self._file = None


@cache
def alone(file: Path | None) -> Alone:
    """The one of this file."""
    return Alone(file)
