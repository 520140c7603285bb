"""Endpoints that several processes use: each is up once, until the last process has left."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from typing import Any

from local_endpoint._endpoint import LocalEndpoint, documents
from local_endpoint._meeting import Meeting
from local_endpoint._program import LocalEndpointError, Program
from local_endpoint._sources import AnyPath, Source, project
from local_endpoint._start import STATE, Started, Tell, Up, gone, start


class Serving:
    """This process's part in it: the first one is there until the end. One that is killed has left."""

    def __init__(self, folder: Path | None = None) -> None:
        """`folder`: of the others, where this process is not the first."""
        self._first = folder is None
        self.folder = folder or Path(tempfile.mkdtemp(prefix="local-endpoint-"))
        self._meeting: Meeting | None = Meeting(self.folder)
        self._started: dict[Path, Started] = {}
        with self.turn():
            self._meeting.join()

    def endpoint(self, up: Up, tell: Tell | None) -> LocalEndpoint:
        program = self.program(up, tell)
        return LocalEndpoint(program, only(program), shared=self.alone)

    @property
    def alone(self) -> Path:
        """Who locks this file sends requests."""
        return self.folder / "alone"

    def program(self, up: Up, tell: Tell | None) -> Program:
        """The command with the state of what serves it. Who asks first starts it; a failure is everybody's."""
        outcome = self.folder / f"{hashlib.sha256(repr(up).encode()).hexdigest()[:16]}.json"
        if outcome not in self._started:
            with self.turn():
                if outcome.exists():
                    self._started[outcome] = Started.read(outcome.read_text(encoding="utf-8"))
                else:
                    self._started[outcome] = start(up, self.folder, tell)
                    outcome.write_text(self._started[outcome].written(), encoding="utf-8")
        return self._started[outcome].program()

    def turn(self) -> AbstractContextManager[None]:
        """One process after another."""
        assert self._meeting
        return self._meeting.turn()

    def leave(self) -> None:
        """The first one waits until all have left and everything is down. A second time changes nothing."""
        meeting, self._meeting = self._meeting, None
        if meeting is None:
            return
        meeting.leave()
        if self._first:
            with meeting.nobody_left():
                pass
            for state in self.folder.glob(f"{STATE}*"):
                gone(state)
            for started in self._started.values():
                started.ended()
            shutil.rmtree(self.folder, ignore_errors=True)


def only(program: Program, folder: Path | None = None) -> dict[str, Any]:
    """The document of the one endpoint of a project."""
    found = documents(program, folder)
    if len(found) != 1:
        names = ", ".join(each["name"] for each in found)
        raise LocalEndpointError(f"the project has several endpoints: {names}; name the files of one with -f")
    return found[0]


def sound(document: dict[str, Any]) -> dict[str, Any]:
    """The same, unless an operation on a deployment of it has failed: an old version may serve on then."""
    for each in document["deployments"]:
        if each["provisioning_state"] == "Failed":
            error = each.get("error") or {"code": "Failed", "message": "its logs may say why"}
            raise LocalEndpointError(f"{document['name']}/{each['name']}: {error['code']}: {error['message']}")
    return document


def serve(
    *sources: Source,
    base: AnyPath | None = None,
    engine: str | None = None,
    traffic: Mapping[str, int] | None = None,
    arguments: Sequence[str] = (),
    tell: Tell | None = None,
) -> LocalEndpoint:
    """Serves a project until `down()`, the end of a `with` block, or the end of this process, however it comes.

    `sources` is a path (a project folder or a YAML file), or the documents themselves: dicts as the YAML has them, or
    endpoints and deployments of azure-ai-ml. Relative paths of documents begin at `base`: by default the `base_path` of
    azure-ai-ml's objects, else this folder. `arguments` are more flags of `local-endpoint up`.
    """
    up = Up.of(Path(), engine, traffic, arguments)
    return own(sources, base, Path(), up, tell)


def own(sources: tuple[Source, ...], base: AnyPath | None, root: Path, up: Up, tell: Tell | None) -> LocalEndpoint:
    """One that nobody shares: the project of `sources` in place of `up`'s."""
    serving = Serving()
    try:
        program = serving.program(replace(up, path=project(sources, base, root, serving.folder)), tell)
        return LocalEndpoint(program, only(program), ends=serving.leave)
    except BaseException:
        serving.leave()
        raise
