"""The fixtures in runs of pytest, against the real server."""

from __future__ import annotations

import json

import pytest
from conftest import Run

ASKS = """
def test_score(local_endpoint):
    assert local_endpoint.invoke({"name": "you"}).json() == {"answer": "Hello, you!"}
"""


def test_an_endpoint_is_asked_and_is_down_afterwards(run: Run) -> None:
    run.tests(
        """
        def test_all(local_endpoint):
            answer = local_endpoint.invoke({"name": "you"}, headers={"x-ms-client-request-id": "mine"})
            assert (answer.status, answer.json()) == (200, {"answer": "Hello, you!"})
            assert answer.headers["X-Ms-Client-Request-Id"] == "mine"
            [request] = local_endpoint.requests
            assert (request.status, request.request_id, request.deployment) == (200, answer.request_id, "blue")
            assert "POST /score 200" in local_endpoint.logs("blue")
            assert local_endpoint.status()["traffic"] == {"blue": 100}
            assert local_endpoint.url == local_endpoint.scoring_uri and len(local_endpoint.key) == 32

        def test_refused(local_endpoint):
            assert local_endpoint.invoke({}, headers={"authorization": ""}).status == 401
            assert local_endpoint.invoke({}, deployment="green").status == 404
            local_endpoint.traffic(blue=0)
            assert local_endpoint.invoke({}).status == 404
            local_endpoint.traffic(blue=100)
            assert [request.status for request in local_endpoint.requests[-3:]] == [401, 404, 404]
        """.replace("\n        ", "\n")
    )
    run.pytest().assert_outcomes(passed=2)
    assert run.left() == []


def test_a_failed_test_has_its_requests_and_the_logs(run: Run) -> None:
    run.tests(
        """
def test_fails(local_endpoint):
    assert local_endpoint.invoke(data="no JSON").status == 200
"""
    )
    result = run.pytest()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "E*where 424 = <Answer 424 *>.status",
            "*- local-endpoint hello: requests since the test began -*",
            "*  POST  /score  424 (500)  blue  * ms  *-*  model_error",
            "*- local-endpoint hello: why -*",
            "error?424?: POST /score -> 424: blue/0 answered 500",
            "  --> src/score.py:12:*",
            "*- local-endpoint hello: logs -*",
            "blue/0 | json.decoder.JSONDecodeError: *",
        ]
    )


def test_workers_share_one_and_ask_one_after_another(run: Run) -> None:
    run.tests(
        """
import pytest

@pytest.mark.parametrize("number", range(24))
def test_score(local_endpoint, number):
    print("at", local_endpoint.url)
    assert local_endpoint.invoke({"name": str(number)}).status == 200
"""
    )
    result = run.pytest("-n", "4", "-rP")
    result.assert_outcomes(passed=24)
    assert len({line for line in result.outlines if line.startswith("at http")}) == 1
    assert run.left() == []


def test_a_killed_worker_takes_nothing_from_the_others(run: Run) -> None:
    run.tests(
        """
import os, pytest, signal

@pytest.mark.parametrize("number", range(8))
def test_score(local_endpoint, number):
    print("at", local_endpoint.url)
    assert local_endpoint.invoke({"name": "you"}).status == 200
    if number == 0:
        os.kill(os.getpid(), signal.SIGKILL)
"""
    )
    result = run.pytest("-n", "2", "-rP")
    result.assert_outcomes(passed=7, failed=1)
    result.stdout.fnmatch_lines(["*worker 'gw?' crashed while running 'test_it.py::test_score?0?'*"])
    assert len({line for line in result.outlines if line.startswith("at http")}) == 1
    assert run.left() == []


def test_a_factory_takes_documents_and_paths_and_breaks_them_on_purpose(run: Run) -> None:
    run.tests(
        """
DEPLOYMENT = {
    "name": "green",
    "endpoint_name": "written",
    "code_configuration": {"code": "src", "scoring_script": "score.py"},
    "environment": {"image": "mcr.microsoft.com/azureml/minimal-py311-inference:latest"},
    "instance_type": "Standard_DS3_v2",
    "instance_count": 1,
}

def test_documents(local_endpoint_factory):
    written = local_endpoint_factory({"name": "written", "auth_mode": "key"}, DEPLOYMENT)
    assert written.invoke({"name": "you"}, deployment="green").json() == {"answer": "Hello, you!"}

def test_a_path(local_endpoint, local_endpoint_factory):
    with local_endpoint_factory("deployment.yml", arguments=["--env", "GREETING=good day"]) as own:
        assert own.url != local_endpoint.url
        with own.chaos("slow", delay="100ms", share="every 2nd") as fault:
            assert [own.invoke({"name": "you"}).status for _ in range(2)] == [200, 200]
        assert [request.injected for request in own.requests] == [None, fault.id]
    assert len(own.requests) == 2
"""
    )
    run.pytest().assert_outcomes(passed=2)
    assert run.left() == []


def test_a_factory_takes_objects_of_azure_ai_ml(run: Run) -> None:
    run.tests(
        """
from pathlib import Path
from azure.ai.ml import load_online_deployment
from azure.ai.ml.entities import CodeConfiguration, Environment, ManagedOnlineDeployment, ManagedOnlineEndpoint

ENDPOINT = ManagedOnlineEndpoint(name="written", auth_mode="key")

def test_made(local_endpoint_factory):
    blue = ManagedOnlineDeployment(
        name="blue",
        endpoint_name="written",
        code_configuration=CodeConfiguration(code="src", scoring_script="score.py"),
        environment=Environment(image="mcr.microsoft.com/azureml/minimal-py311-inference:latest"),
        instance_type="Standard_DS3_v2",
        instance_count=1,
    )
    with local_endpoint_factory(ENDPOINT, blue, base=".") as written:
        assert written.invoke({"name": "you"}, deployment="blue").json() == {"answer": "Hello, you!"}

def test_loaded(local_endpoint_factory):
    loaded = load_online_deployment(Path(__file__).parent / "deployment.yml")
    with local_endpoint_factory(loaded, arguments=["--env", "GREETING=Good day"]) as endpoint:
        assert endpoint.invoke({"name": "you"}).json() == {"answer": "Good day, you!"}
"""
    )
    run.pytest().assert_outcomes(passed=2)
    assert run.left() == []


def test_a_marker_says_what_is_served(run: Run) -> None:
    run.tests(
        """
import pytest

@pytest.mark.local_endpoint("deployment.yml", arguments=["-e", "other", "--no-traffic"])
def test_other(local_endpoint):
    assert local_endpoint.name == "other"
    assert local_endpoint.invoke({"name": "you"}).status == 404
"""
        + ASKS
    )
    result = run.pytest("-v")
    result.assert_outcomes(passed=2)
    result.stdout.fnmatch_lines(["*::test_other?deployment.yml? PASSED*"])


def test_what_runs_is_reused_and_what_is_kept_runs_on(run: Run) -> None:
    run.tests(
        ASKS
        + """
def test_only_this_run(local_endpoint):
    local_endpoint.invoke({"name": "you"})
    assert len(local_endpoint.requests) <= 2
"""
    )
    run.pytest("--local-endpoint-keep").assert_outcomes(passed=2)
    up = json.loads(run.command("status", "-o", "json"))["emulators"]
    run.pytest("--local-endpoint-reuse", "-n", "2").assert_outcomes(passed=2)
    run.pytest("--local-endpoint-file", str(run.folder / "deployment.yml"), "-k", "score").assert_outcomes(passed=1)
    [after] = json.loads(run.command("status", "-o", "json"))["emulators"]
    assert (after["pid"], after["endpoints"][0]["deployments"][0]["requests"]["ended"]) == (up[0]["pid"], 4)


def test_a_marker_that_nobody_hears_fails(run: Run) -> None:
    run.tests(
        """
import pytest, unittest

@pytest.mark.local_endpoint("deployment.yml")
class TestOfUnittest(unittest.TestCase):
    @pytest.fixture(autouse=True)
    def _served(self, local_endpoint):
        self.endpoint = local_endpoint

    def test_score(self):
        self.endpoint.invoke({"name": "you"})

@pytest.mark.local_endpoint("deployment.yml")
def test_by_name(request):
    request.getfixturevalue("local_endpoint")

@pytest.mark.local_endpoint("deployment.yml")
class TestBoth:
    def test_without(self):
        pass

    def test_with(self, local_endpoint):
        assert local_endpoint.invoke({"name": "you"}).status == 200
"""
    )
    result = run.pytest()
    result.assert_outcomes(passed=2, errors=2)
    result.stdout.fnmatch_lines(["the marker local_endpoint is not heard here: *"] * 2)


def test_what_is_reused_runs_the_code_that_was_saved(run: Run) -> None:
    run.tests(ASKS)
    score = run.folder / "src/score.py"
    code = score.read_text()
    run.command("up", "-d")
    score.write_text(code.replace("{greeting}", "Good day"))
    run.pytest("--local-endpoint-reuse").assert_outcomes(failed=1)
    score.write_text("def run(:\n")
    for _ in range(2):
        result = run.pytest("--local-endpoint-reuse")
        result.assert_outcomes(errors=1)
        result.stdout.fnmatch_lines(["*UserScriptSyntaxError*"])
    score.write_text(code)
    run.pytest("--local-endpoint-reuse").assert_outcomes(passed=1)


@pytest.mark.parametrize(
    ("variables", "words", "outcome"),
    [
        ({}, [], "skipped"),
        ({"CI": "true"}, [], "errors"),
        ({"CI": "false"}, [], "skipped"),
        ({}, ["--local-endpoint-required"], "errors"),
    ],
)
def test_without_an_engine(
    run: Run, monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], words: list[str], outcome: str
) -> None:
    run.tests(ASKS)
    for name, value in {"DOCKER_HOST": "unix:///nonexistent", **variables}.items():
        monkeypatch.setenv(name, value)
    result = run.pytest("-rs", "--local-endpoint-engine", "docker", *words)
    result.assert_outcomes(**{outcome: 1})
    result.stdout.fnmatch_lines(["*error?EngineUnavailable?: no container engine answers *"])


def test_a_failed_start_is_told_once_in_azures_words(run: Run) -> None:
    (run.folder / "src/score.py").write_text("def init():\n    raise ValueError('no model')\n")
    run.tests(ASKS + ASKS.replace("test_score", "test_again"))
    result = run.pytest("-n", "2")
    result.assert_outcomes(errors=2)
    result.stdout.fnmatch_lines(
        ["`local-endpoint run * ended with 6", "error?ResourceNotReady?: *", "*cause: UserScript*"]
    )
    assert run.left() == []
