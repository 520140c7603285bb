"""However a run ends, nothing is left."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess

import pytest
from conftest import PATIENCE, Run, in_containers

ASKS_AND_WAITS = """
import os, time

def test_waits(local_endpoint):
    assert local_endpoint.invoke({"name": "you"}).status == 200
    with open(os.environ["REACHED"], "w") as file:
        file.write("x")
    time.sleep(600)
"""

STARTS_FOR_EVER = """
import time

def init():
    with open("{reached}", "w") as file:
        file.write("x")
    time.sleep(600)

def run(data):
    pass
"""


def ended(process: subprocess.Popen[bytes], by: signal.Signals) -> int:
    """Ctrl-C goes to the whole group of a terminal."""
    os.killpg(process.pid, by)
    return process.wait(PATIENCE)


@pytest.mark.parametrize("words", [[], ["-n", "2"]], ids=["alone", "workers"])
def test_ctrl_c_while_a_test_runs(run: Run, words: list[str]) -> None:
    run.tests(ASKS_AND_WAITS)
    process = run.begun(*words)
    assert ended(process, signal.SIGINT) == pytest.ExitCode.INTERRUPTED
    run.ends()
    assert run.left() == []


@pytest.mark.parametrize("words", [[], ["-n", "2"]], ids=["alone", "workers"])
def test_ctrl_c_while_it_starts(run: Run, words: list[str]) -> None:
    (run.folder / "src/score.py").write_text(STARTS_FOR_EVER.format(reached=os.environ["REACHED"]))
    run.tests("def test_never(local_endpoint):\n    pass\n")
    process = run.begun(*words)
    assert ended(process, signal.SIGINT) == pytest.ExitCode.INTERRUPTED
    run.ends()
    assert run.left() == []


@pytest.mark.parametrize("words", [[], ["-n", "2"]], ids=["alone", "workers"])
@pytest.mark.parametrize("by", [signal.SIGTERM, signal.SIGKILL], ids=["TERM", "KILL"])
def test_killed_with_all_its_workers(run: Run, words: list[str], by: signal.Signals) -> None:
    run.tests(ASKS_AND_WAITS)
    ended(run.begun(*words), by)
    nothing_runs(run)


@in_containers
@pytest.mark.parametrize("by", [signal.SIGINT, signal.SIGKILL], ids=["INT", "KILL"])
def test_no_container_is_left(run: Run, by: signal.Signals) -> None:
    run.tests(ASKS_AND_WAITS)
    ended(run.begun("-n", "2", "--local-endpoint-engine", "docker"), by)
    nothing_runs(run)


def nothing_runs(run: Run) -> None:
    """A small folder stays when nobody was there to remove it."""
    run.ends()
    assert [left for left in run.left() if not left.startswith(str(run.temporary))] == []
    for folder in run.temporary.iterdir():
        shutil.rmtree(folder)
