"""An endpoint that is up, as tests see it."""

from __future__ import annotations

import json as _json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from email.message import Message
from http.client import HTTPConnection
from pathlib import Path
from types import TracebackType
from typing import Any, Callable, Literal
from urllib.parse import urlsplit

from local_endpoint import _traffic
from local_endpoint._meeting import alone
from local_endpoint._program import LocalEndpointError, Program
from local_endpoint._traffic import Request

FaultKind = Literal["kill", "hang", "slow", "probe-fail", "oom", "drop"]

AGENT = "local-endpoint-python"
"""`User-Agent` of what is asked with `invoke`."""

SHOWN = 200
"""Characters of a body that an assertion shows."""

LATE = 2.0
"""Seconds to wait for a line of the traffic log; it is written at most 0.2 s late."""


@dataclass(frozen=True)
class Answer:
    """What came back, whatever its status."""

    status: int
    headers: Message
    """Names in any case: `answer.headers["x-request-id"]`."""
    body: bytes = field(repr=False)

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", errors="replace")

    def json(self) -> Any:
        try:
            return _json.loads(self.body)
        except ValueError:
            raise ValueError(f"it is no JSON: {self!r}") from None

    @property
    def request_id(self) -> str:
        """`x-request-id`: the same in the container's log and in the traffic log."""
        return str(self.headers["x-request-id"])

    def __repr__(self) -> str:
        body = self.text if len(self.text) <= SHOWN else f"{self.text[:SHOWN]}..."
        return f"<Answer {self.status} {body!r}>"


@dataclass(frozen=True)
class Fault:
    """A fault on purpose that lasts."""

    id: str
    does: str
    """In words."""
    note: str | None


class LocalEndpoint:
    """An endpoint that is up. It is no client of Azure's: what answers here, answers there."""

    def __init__(
        self,
        program: Program,
        document: Mapping[str, Any],
        *,
        since: datetime | None = None,
        shared: Path | None = None,
        ends: Callable[[], None] | None = None,
    ) -> None:
        self._program = program
        self._since = since
        self._ends = ends
        self.alone = alone(shared)
        """`with endpoint.alone():` no other process of the run asks anything meanwhile."""
        self._unlogged: set[str] = set()
        self._own: set[str] = set()
        self._last: tuple[list[Request], str] | None = None
        self._key: str | None = None
        self._has_key = document["front_door"] != "passthrough"
        self.name: str = document["name"]
        self.scoring_uri: str = document["scoring_uri"]

    def __repr__(self) -> str:
        return f"<LocalEndpoint {self.name} {self.scoring_uri}>"

    @property
    def url(self) -> str:
        """The scoring URI, under the name that test clients use."""
        return self.scoring_uri

    @property
    def key(self) -> str | None:
        """What a client sends as `Authorization: Bearer ...`: the primary key, or a token. None without a lock."""
        if self._has_key and self._key is None:
            keys = _json.loads(self._program("keys", "-e", self.name, "-o", "json"))
            self._key = keys.get("primaryKey") or keys["accessToken"]
        return self._key

    def invoke(
        self,
        json: Any = None,
        *,
        data: bytes | str | None = None,
        deployment: str | None = None,
        headers: Mapping[str, str] | None = None,
        timeout: float = 200,
    ) -> Answer:
        """Scores one request, with the key, past every proxy. Never raises for a status.

        `data` goes as it is, in place of JSON. `deployment` overrides the traffic. A header of `headers` replaces ours,
        whatever its case; the value "" leaves it out. Where processes share the endpoint, one of them asks at a time:
        a 429 is what the test's own threads bring about.
        """
        body = _json.dumps(json).encode() if data is None else data.encode() if isinstance(data, str) else data
        sent = {"Content-Type": "application/json", "User-Agent": AGENT}
        if self.key:
            sent["Authorization"] = f"Bearer {self.key}"
        if deployment:
            sent["azureml-model-deployment"] = deployment
        with self.alone():
            answer = _exchange(self.scoring_uri, body, _over(sent, headers or {}), timeout)
        if "x-request-id" in answer.headers:
            self._unlogged.add(answer.request_id)
            self._own.add(answer.request_id)
        return answer

    @property
    def is_up(self) -> bool:
        """Until `down`."""
        return self._last is None

    def status(self) -> dict[str, Any]:
        """The endpoint's document of `local-endpoint status -o json`."""
        return next(each for each in documents(self._program) if each["name"] == self.name)

    def logs(self, deployment: str | None = None, *, lines: int = 5000) -> str:
        """What the containers print."""
        if self._last:
            return self._last[1]
        of = ["-n", deployment] if deployment else []
        return self._program("logs", "-e", self.name, *of, "-l", str(lines))

    @property
    def requests(self) -> list[Request]:
        """What was asked and answered, the oldest first, by whatever client.

        Every answer that `invoke` gave is in it; what other clients asked is at most 0.2 s late.
        """
        if self._last:
            return self._last[0]
        patience = time.monotonic() + LATE
        while True:
            lines = self._program("logs", "--traffic", "-e", self.name, "-o", "json", "-l", "1000000").splitlines()
            found = [_traffic.read(line) for line in lines]
            self._unlogged -= {request.request_id for request in found}
            if not self._unlogged or time.monotonic() > patience:
                return [request for request in found if self._since is None or request.time >= self._since]
            time.sleep(0.05)

    def requests_of(self, began: datetime) -> list[Request]:
        """Since then, without what other processes asked with `invoke`."""
        asked = [request for request in self.requests if request.time >= began]
        return [request for request in asked if request.user_agent != AGENT or request.request_id in self._own]

    def explain(self, request: Answer | Request) -> str:
        """Why a request failed, with the line of the scoring script."""
        return self._program("explain", request.request_id)

    def traffic(self, **percent: int) -> None:
        """`endpoint.traffic(blue=90, green=10)`: for everybody who uses this endpoint."""
        self._program("traffic", "-e", self.name, *(f"{name}={share}" for name, share in percent.items()))

    def mirror(self, deployment: str, percent: int) -> None:
        """A copy of so many requests goes to the deployment; 0 ends it."""
        self._program("traffic", "-e", self.name, "--mirror", f"{deployment}={percent}")

    @contextmanager
    def chaos(
        self,
        kind: FaultKind,
        *,
        deployment: str | None = None,
        instance: int | None = None,
        lasts: str | None = None,
        seed: int | None = None,
        delay: str | None = None,
        jitter: str | None = None,
        share: str | None = None,
        probe: Literal["both", "liveness", "readiness"] | None = None,
    ) -> Iterator[Fault]:
        """A fault on purpose, undone at the end of the block. `lasts` ("30s", at most "10m") ends it earlier.

        Processes that share the endpoint wait with their requests until then.
        `slow` takes `delay` and `jitter`, `slow` and `drop` take `share` ("30%", "every 3rd"), `probe-fail` takes
        `probe`.
        """
        flags = {
            "-n": deployment,
            "--instance": instance,
            "--for": lasts,
            "--seed": seed,
            "--delay": delay,
            "--jitter": jitter,
            "--share": share,
            "--probe": probe,
        }
        words = [word for flag, value in flags.items() if value is not None for word in (flag, str(value))]
        with self.alone():
            begun = _json.loads(self._program("chaos", kind, "-e", self.name, *words, "-o", "json"))["faults"][0]
            try:
                yield Fault(begun["id"], begun["does"], begun.get("note"))
            finally:
                self._program("chaos", "stop", begun["id"], "-e", self.name)

    def down(self) -> None:
        """Takes it down, when it is of a factory or of `serve`; its requests and logs can still be read."""
        if self._ends is None:
            raise LocalEndpointError(f"{self.name} is shared: it is taken down when nobody needs it any more")
        self._last = self._last or (self.requests, self.logs())
        self._ends()

    def __enter__(self) -> LocalEndpoint:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self.down()


def documents(program: Program, project: Path | None = None) -> list[dict[str, Any]]:
    """The endpoints that are up, of one project or of all."""
    emulators = _json.loads(program("status", "-o", "json"))["emulators"]
    wanted = [each for each in emulators if project is None or _plain(each["project"]) == project]
    return [endpoint for each in wanted for endpoint in each["endpoints"]]


def _plain(path: str) -> Path:
    """Without what Windows' canonical form of a path on a drive begins with."""
    drive = path[4:] if path.startswith("\\\\?\\") and path[5:6] == ":" else path
    return Path(drive)


def _over(ours: dict[str, str], theirs: Mapping[str, str]) -> dict[str, str]:
    replaced = {name.lower() for name in theirs}
    kept = {name: value for name, value in ours.items() if name.lower() not in replaced}
    return {**kept, **{name: value for name, value in theirs.items() if value}}


def _exchange(uri: str, body: bytes, headers: dict[str, str], timeout: float) -> Answer:
    address = urlsplit(uri)
    # http.client knows no proxies.
    connection = HTTPConnection(str(address.hostname), address.port, timeout=timeout)
    try:
        connection.request("POST", address.path, body, headers)
        response = connection.getresponse()
        return Answer(response.status, response.headers, response.read())
    finally:
        connection.close()
