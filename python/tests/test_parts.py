"""What needs no endpoint."""

from __future__ import annotations

import subprocess
import sys
from email.message import Message
from pathlib import Path
from typing import IO, Any

import pytest

import local_endpoint
from local_endpoint import Answer, _program, _traffic
from local_endpoint._meeting import alone
from local_endpoint._sources import project
from local_endpoint._start import Up

BEGINS = """
import sys
from pathlib import Path
from local_endpoint._meeting import Meeting, _lock
folder = Path(sys.argv[1])
"""
JOINS = """
meeting = Meeting(folder)
with meeting.turn():
    meeting.join()
print(flush=True)
sys.stdin.read()
"""
WAITS = """
with Meeting(folder).nobody_left():
    pass
"""
LOCKS = """
with (folder / "alone").open("ab") as file:
    print(_lock(file, wait=False))
"""


def other(code: str, folder: Path) -> subprocess.Popen[str]:
    """Another process."""
    words = [sys.executable, "-c", BEGINS + code, str(folder)]
    return subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def test_a_meeting_ends_with_its_last_member_killed_or_not(tmp_path: Path) -> None:
    first, second = other(JOINS, tmp_path), other(JOINS, tmp_path)
    for member in (first, second):
        assert member.stdout
        member.stdout.readline()
    waits = other(WAITS, tmp_path)
    first.kill()
    first.communicate()
    with pytest.raises(subprocess.TimeoutExpired):
        waits.wait(0.5)
    second.communicate()
    assert waits.communicate(timeout=10)[0] == ""


def test_alone_is_as_deep_as_one_likes(tmp_path: Path) -> None:
    turn = alone(tmp_path / "alone")
    with turn():
        with alone(tmp_path / "alone")():
            pass
        assert other(LOCKS, tmp_path).communicate()[0] == "False\n"
    assert other(LOCKS, tmp_path).communicate()[0] == "True\n"


class Dumps:
    """As a deployment of azure-ai-ml: writes, and knows where it came from."""

    def __init__(self, base_path: Path) -> None:
        self.base_path = base_path

    def dump(self, dest: IO[str]) -> None:
        dest.write("name: blue\n")


class Returns:
    """As an endpoint of azure-ai-ml."""

    base_path = None

    def dump(self, dest: IO[str]) -> dict[str, Any]:
        return {"name": "hello"}


def test_documents_stand_beside_everything_but_other_yaml(tmp_path: Path) -> None:
    base = tmp_path / "base"
    (base / "src").mkdir(parents=True)
    (base / "other.yml").touch()
    (base / "local-endpoint.toml").touch()
    folder = project((Returns(), Dumps(base)), None, tmp_path, tmp_path)
    assert sorted(path.name for path in folder.iterdir()) == ["0.yml", "1.yml", "local-endpoint.toml", "src"]
    assert (folder / "0.yml").read_text() == '{"name": "hello"}'
    assert (folder / "1.yml").read_text() == "name: blue\n"
    assert (folder / "src").resolve() == base / "src"


def test_a_path_begins_at_the_root_and_goes_with_nothing_else(tmp_path: Path) -> None:
    assert project(("a.yml",), None, tmp_path, tmp_path) == tmp_path / "a.yml"
    for sources in [(), ("a.yml", {"name": "blue"}), ("a.yml", "b.yml")]:
        with pytest.raises(TypeError, match="give one path, or documents"):
            project(sources, None, tmp_path, tmp_path)


def test_words_of_up() -> None:
    up = Up.of(Path("p"), "docker", {"blue": 90, "green": 10}, ["--instances", "2"])
    assert up.words() == ["p", "--engine", "docker", "--traffic", "blue=90 green=10", "--instances", "2"]
    assert Up.of(Path("p"), None, None, ()).words() == ["p"]


def test_a_line_of_the_traffic_log() -> None:
    line = (
        '{"TimeGenerated":"2026-11-22T18:21:19.000123Z","Method":"POST","Path":"/score","Protocol":"HTTP/1.1",'
        '"EndpointName":"hello","ResponseCode":429,"ResponseCodeReason":"too_many_requests","RequestPayloadSize":12,'
        '"ResponsePayloadSize":0,"XRequestId":"id","TotalDurationMs":1,"TotalDurationUs":1234,"InFlight":3}'
    )
    request = _traffic.read(line)
    assert (request.time.year, request.status, request.deployment, request.milliseconds) == (2026, 429, None, 1.234)
    assert str(request) == "18:21:19.000  POST  /score  429  -  1.2 ms  id  too_many_requests"


def test_an_answer_shows_what_an_assertion_needs() -> None:
    headers = Message()
    headers["x-request-id"] = "id"
    answer = Answer(424, headers, b'{"message": "no"}')
    assert repr(answer) == """<Answer 424 '{"message": "no"}'>"""
    assert (answer.json(), answer.request_id) == ({"message": "no"}, "id")
    with pytest.raises(ValueError, match="it is no JSON: <Answer 404 ''>"):
        Answer(404, headers, b"").json()
    assert repr(Answer(200, headers, b"x" * 300)) == f"<Answer 200 '{'x' * 200}...'>"


def test_the_binary_is_of_this_version(monkeypatch: pytest.MonkeyPatch) -> None:
    assert _program.Program()("--version") == f"local-endpoint {local_endpoint.__version__}\n"
    module = subprocess.run([sys.executable, "-m", "local_endpoint", "--version"], check=True, capture_output=True)
    assert module.stdout.decode() == f"local-endpoint {local_endpoint.__version__}\n"
    with pytest.raises(local_endpoint.CommandFailed, match="`local-endpoint no-such-verb` ended with 2") as failed:
        _program.Program()("no-such-verb")
    assert failed.value.code == 2
    monkeypatch.setenv("LOCAL_ENDPOINT_BIN", "/elsewhere")
    assert _program.find() == "/elsewhere"
