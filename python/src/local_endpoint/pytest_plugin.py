"""Fixtures for tests of a scoring script against the server it will have, behind Azure's front door.

def test_score(local_endpoint: LocalEndpoint) -> None:
    assert local_endpoint.invoke({"data": [[1, 2]]}).json() == {"predictions": [3]}
"""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from datetime import datetime, timezone
from typing import Any

import pytest

from local_endpoint._endpoint import LocalEndpoint
from local_endpoint._program import CommandFailed, LocalEndpointError
from local_endpoint._run import Run, add_options
from local_endpoint._serving import own
from local_endpoint._sources import AnyPath, Source
from local_endpoint._traffic import Request

__all__ = ["LocalEndpointFactory", "local_endpoint", "local_endpoint_factory"]

MARKER = (
    "local_endpoint(path=None, *, engine=None, traffic=None, arguments=()): what the fixture local_endpoint serves "
    "for this test, in place of the options"
)
UNHEARD = (
    "the marker local_endpoint is not heard here: it is for functions and methods that take the fixture local_endpoint "
    "as an argument, not for unittest.TestCase or request.getfixturevalue; local_endpoint_factory serves those"
)
LOG_LINES = 40
"""Of a failed test's report."""


def pytest_addoption(parser: pytest.Parser) -> None:
    add_options(parser)


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", MARKER)
    config.stash[_RUN] = Run(config)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """A worker of pytest-xdist: it shares what this process has."""
    node.workerinput["local_endpoint"] = str(node.config.stash[_RUN].serving.folder)


def pytest_unconfigure(config: pytest.Config) -> None:
    run = config.stash.get(_RUN, None)
    if run:
        run.leave()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    marker = metafunc.definition.get_closest_marker("local_endpoint")
    if marker and "local_endpoint" in metafunc.fixturenames:
        up = metafunc.config.stash[_RUN].up(*marker.args, **marker.kwargs)
        metafunc.parametrize("local_endpoint", [up], ids=[up.path.name], indirect=True, scope="session")


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    item.stash[_BEGAN] = datetime.now(timezone.utc)
    if _unheard(item):
        pytest.fail(UNHEARD, pytrace=False)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, Any, None]:
    report = (yield).get_result()
    if report.failed:
        for endpoint in _used(item):
            report.sections += _trace(endpoint, item.stash[_BEGAN])


@pytest.fixture(scope="session")
def local_endpoint(request: pytest.FixtureRequest) -> LocalEndpoint:
    """The project's endpoint: up for the whole run, the same one for all workers of pytest-xdist."""
    run = request.config.stash[_RUN]
    return run.endpoint(getattr(request, "param", None) or run.up())


@pytest.fixture(scope="session")
def local_endpoint_factory(request: pytest.FixtureRequest) -> Generator[LocalEndpointFactory, None, None]:
    """Makes endpoints of one's own: from a path, from dicts, from objects of azure-ai-ml."""
    factory = LocalEndpointFactory(request.config.stash[_RUN])
    yield factory
    for endpoint in factory.made:
        endpoint.down()


class LocalEndpointFactory:
    """What it makes nobody shares, and is down at the end of the run, of a `with` block, or by `down()`."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self.made: list[LocalEndpoint] = []

    def __call__(
        self,
        *sources: Source,
        base: AnyPath | None = None,
        engine: str | None = None,
        traffic: Mapping[str, int] | None = None,
        arguments: Sequence[str] = (),
    ) -> LocalEndpoint:
        """As `local_endpoint.serve`, with the options of pytest; relative paths begin at rootdir."""
        run = self._run
        up = run.up("", engine=engine, traffic=traffic, arguments=arguments)
        made = run.where_it_can(lambda: own(sources, base, run.config.rootpath, up, run.tell))
        self.made.append(made)
        return made


_RUN = pytest.StashKey[Run]()
_BEGAN = pytest.StashKey[datetime]()


def _unheard(item: pytest.Item) -> bool:
    """A test with the marker that would get what the options say. One of a class or a module may be for its others."""
    heard = "local_endpoint" in getattr(getattr(item, "callspec", None), "params", {})
    takes = "local_endpoint" in getattr(item, "fixturenames", ())
    marked = any(mark.name == "local_endpoint" for mark in item.own_markers)
    return not heard and (marked or (takes and item.get_closest_marker("local_endpoint") is not None))


def _used(item: pytest.Item) -> list[LocalEndpoint]:
    values = list(getattr(item, "funcargs", {}).values())
    made = [endpoint for value in values if isinstance(value, LocalEndpointFactory) for endpoint in value.made]
    return list(dict.fromkeys([value for value in values if isinstance(value, LocalEndpoint)] + made))


def _trace(endpoint: LocalEndpoint, began: datetime) -> list[tuple[str, str]]:
    """Sections of a report; none of an endpoint that the test let alone."""
    name = f"local-endpoint {endpoint.name}"
    try:
        asked = endpoint.requests_of(began)
        told = {
            f"{name}: requests since the test began": [str(request) for request in asked],
            f"{name}: why": _why(endpoint, asked),
            f"{name}: logs": endpoint.logs().splitlines()[-LOG_LINES:] if asked else [],
        }
    except (LocalEndpointError, OSError) as error:
        return [(name, f"it does not tell what happened: {error}")]
    return [(title, "\n".join(lines)) for title, lines in told.items() if lines]


def _why(endpoint: LocalEndpoint, asked: list[Request]) -> list[str]:
    """Of the last failure; of an endpoint that is down nobody knows it."""
    failed = [request for request in asked if request.reason]
    if not failed or not endpoint.is_up:
        return []
    try:
        return [endpoint.explain(failed[-1]).rstrip()]
    except CommandFailed as error:
        return [error.headline]
