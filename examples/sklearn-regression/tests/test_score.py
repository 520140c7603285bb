"""The scoring script behind Azure's front door: `pytest -n 4` in the folder of the project."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from local_endpoint import LocalEndpoint
from local_endpoint.pytest_plugin import LocalEndpointFactory

PROJECT = Path(__file__).parents[1]


def read(name: str) -> Any:
    return json.loads((PROJECT / name).read_text())


SAMPLE = read("sample-request.json")


def test_the_sample_is_scored(local_endpoint: LocalEndpoint) -> None:
    answer = local_endpoint.invoke(SAMPLE, deployment="blue")
    assert answer.status == 200
    assert answer.json() == read("expected-response.json")


def test_green_is_there_for_who_asks_for_it(local_endpoint: LocalEndpoint) -> None:
    answer = local_endpoint.invoke(SAMPLE, deployment="green")
    assert answer.json() == read("expected-response-green.json")


@pytest.mark.parametrize("rows", [1, 2, 100])
def test_there_is_a_prediction_for_every_row(local_endpoint: LocalEndpoint, rows: int) -> None:
    answer = local_endpoint.invoke({"data": SAMPLE["data"][:1] * rows}, deployment="blue")
    assert len(answer.json()["predictions"]) == rows


def test_a_row_of_the_wrong_length_is_said(local_endpoint: LocalEndpoint) -> None:
    answer = local_endpoint.invoke({"data": [[1, 2, 3]]}, deployment="blue")
    assert answer.status == 424
    assert answer.headers["ms-azureml-model-error-statuscode"] == "500"
    assert "expecting 10 features" in local_endpoint.explain(answer)


def test_nobody_is_let_in_without_the_key(local_endpoint: LocalEndpoint) -> None:
    assert local_endpoint.invoke(SAMPLE, headers={"Authorization": ""}).status == 401


def test_a_caller_who_waits_too_long_gets_a_408(local_endpoint_factory: LocalEndpointFactory) -> None:
    impatient = ["--set", "request_settings.request_timeout_ms=2000"]
    with local_endpoint_factory("blue-deployment.yml", arguments=impatient) as endpoint:
        assert endpoint.invoke(SAMPLE).status == 200
        with endpoint.chaos("slow", delay="8s"):
            assert endpoint.invoke(SAMPLE).status == 408
        assert endpoint.invoke(SAMPLE).status == 200


def test_too_many_callers_at_once_get_a_429(local_endpoint: LocalEndpoint) -> None:
    with local_endpoint.chaos("slow", deployment="blue", delay="1500ms"), ThreadPoolExecutor(8) as callers:
        answers = list(callers.map(lambda _: local_endpoint.invoke(SAMPLE, deployment="blue"), range(8)))
    assert sorted(answer.status for answer in answers) == [200, 200] + [429] * 6
