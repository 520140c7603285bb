"""What the plugin knows of one run of pytest: its options, and what it serves."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, Callable, TypeVar

import pytest

from local_endpoint._endpoint import LocalEndpoint, documents
from local_endpoint._program import NO_ENGINE, CommandFailed, LocalEndpointError, Program
from local_endpoint._serving import Serving, only, sound
from local_endpoint._start import Up

T = TypeVar("T")

SWITCHES = {
    "reuse": "use the endpoint of a `local-endpoint up` of this project, when one runs",
    "keep": "leave the endpoint up, as `local-endpoint up -d` does, for a next run with --local-endpoint-reuse",
    "required": "fail where no engine answers, instead of skipping; so it is where CI is set",
}


def add_options(parser: pytest.Parser) -> None:
    """On the command line and in the ini file."""
    group = parser.getgroup("local-endpoint", "an Azure ML online endpoint on this machine")
    path = "project folder or YAML file to serve; by default pytest's rootdir"
    group.addoption("--local-endpoint-file", metavar="PATH", help=path)
    parser.addini("local_endpoint_file", f"{path}; relative to rootdir", default=".")
    engine = "what runs it; by default a container engine where one answers, else processes"
    group.addoption("--local-endpoint-engine", choices=("auto", "docker", "process"), help=engine)
    parser.addini("local_endpoint_engine", engine, default="")
    parser.addini("local_endpoint_arguments", "more flags of `local-endpoint up`", type="args", default=[])
    for name, text in SWITCHES.items():
        group.addoption(f"--local-endpoint-{name}", action="store_true", help=text)
        parser.addini(f"local_endpoint_{name}", text, type="bool", default=False)


class Run:
    """One process of it: the only one, or one that shares with pytest-xdist's others."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self._serving: Serving | None = None

    @property
    def serving(self) -> Serving:
        if self._serving is None:
            shared: Mapping[str, str] = getattr(self.config, "workerinput", {})
            folder = shared.get("local_endpoint")
            self._serving = Serving(Path(folder) if folder else None)
        return self._serving

    def leave(self) -> None:
        if self._serving:
            self._serving.leave()

    def up(
        self,
        path: str | os.PathLike[str] | None = None,
        *,
        engine: str | None = None,
        traffic: Mapping[str, int] | None = None,
        arguments: Sequence[str] = (),
    ) -> Up:
        """The options, with these in place of them; the ini file's arguments are for its own project."""
        config = self.config
        engine = engine or config.getoption("local_endpoint_engine") or config.getini("local_endpoint_engine") or None
        if path is not None:
            return Up.of((config.rootpath / path).resolve(), engine, traffic, arguments)
        typed = config.getoption("local_endpoint_file")
        file = config.invocation_params.dir / typed if typed else config.rootpath / config.getini("local_endpoint_file")
        return Up.of(file.resolve(), engine, traffic, [*config.getini("local_endpoint_arguments"), *arguments])

    def endpoint(self, up: Up) -> LocalEndpoint:
        return self.where_it_can(lambda: self._endpoint(up))

    def _endpoint(self, up: Up) -> LocalEndpoint:
        persons, project = Program(), up.path.parent if up.path.is_file() else up.path
        runs = documents(persons, project) if self._switched("reuse") else []
        if not runs and not self._switched("keep"):
            return self.serving.endpoint(up, self.tell)
        with self.serving.turn():
            # What was saved just now, or is starting still, is what the tests are to ask: another `up` waits for it.
            persons("up", *up.words(), *_as_it_runs(runs, up), "-d")
            document, since = sound(only(persons, project)), datetime.now(timezone.utc)
        return LocalEndpoint(persons, document, since=since, shared=self.serving.alone)

    def where_it_can(self, make: Callable[[], T]) -> T:
        try:
            return make()
        except LocalEndpointError as error:
            failed = error
        if isinstance(failed, CommandFailed) and failed.code == NO_ENGINE and not self._required():
            pytest.skip(f"no engine for a local endpoint: {failed.headline}")
        pytest.fail(str(failed), pytrace=False)

    def _required(self) -> bool:
        return self._switched("required") or os.environ.get("CI", "").lower() not in ("", "0", "false")

    def _switched(self, name: str) -> bool:
        return bool(self.config.getoption(f"local_endpoint_{name}") or self.config.getini(f"local_endpoint_{name}"))

    def tell(self, line: str) -> None:
        """On the terminal, past pytest's capture; a worker has none."""
        reporter = self.config.pluginmanager.getplugin("terminalreporter")
        capture = self.config.pluginmanager.getplugin("capturemanager")
        if reporter and capture and not hasattr(self.config, "workerinput"):
            with capture.global_and_fixture_disabled():
                reporter.write_line(f"local-endpoint: {line}")


def _as_it_runs(endpoints: list[dict[str, Any]], up: Up) -> list[str]:
    """Who debugs goes on with it."""
    debugged = any(each.get("debug_port") for endpoint in endpoints for each in endpoint["deployments"])
    return ["--debug"] if debugged and "--debug" not in up.arguments else []
