"""The pipelines of docs/ci, step by step as their services run them."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import venv
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from conftest import CACHE, EXAMPLES, in_containers, left_of

PIPELINES = EXAMPLES.parent / "docs/ci"


class Runner:
    """A machine of the service: a checkout, a home, a Python."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.checkout = folder / "checkout"
        shutil.copytree(EXAMPLES / "sklearn-regression", self.checkout)
        for name in ("home", "tmp"):
            (folder / name).mkdir()
        venv.create(folder / "python", with_pip=True)
        self.printed = ""
        # The package is not published yet: pip finds the wheel that is tested.
        wheels = f"{Path(os.environ['LOCAL_ENDPOINT_WHEEL']).parent} {os.environ.get('PIP_FIND_LINKS', '')}"
        ours = ("LOCAL_ENDPOINT_", "PYTEST_", "GITHUB_", "TF_BUILD", "BUILD_")
        passed = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
        self.variables = {
            **passed,
            "CI": "true",
            "HOME": str(folder / "home"),
            "TMPDIR": str(folder / "tmp"),
            "XDG_CACHE_HOME": CACHE,
            "PATH": f"{folder / 'python/bin'}:{os.environ['PATH']}",
            "PIP_FIND_LINKS": wheels,
        }

    def shell(self, *words: str) -> int:
        done = subprocess.run(
            words, cwd=self.checkout, env=self.variables, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        print(done.stdout)
        self.printed += done.stdout
        return done.returncode


@pytest.fixture
def runner(tmp_path: Path) -> Iterator[Runner]:
    """Nothing is left on it."""
    runner = Runner(tmp_path)
    yield runner
    runner.shell("local-endpoint", "down", "--all", "--purge")
    assert left_of(tmp_path) == []


class GitHub:
    """The words of a workflow, as far as ours uses them."""

    def __init__(self, runner: Runner) -> None:
        self.runner = runner
        self.summary, self.output = runner.folder / "summary.md", runner.folder / "output"
        names = {"GITHUB_STEP_SUMMARY": self.summary, "GITHUB_OUTPUT": self.output, "GITHUB_WORKSPACE": runner.checkout}
        runner.variables.update({"GITHUB_ACTIONS": "true", **{name: str(path) for name, path in names.items()}})
        self.job = yaml.safe_load((PIPELINES / "github.yml").read_text())["jobs"]["score"]

    def run(self) -> tuple[list[str], str | None]:
        """What was left out, and the step that failed."""
        left_out, failed = [], None
        for step in self.job["steps"]:
            assert step.get("if") in (None, "always()", "steps.cache.outputs.cache-hit != 'true'")
            if "uses" in step:
                left_out.append(step["uses"])
            elif failed is None or step.get("if") == "always()":
                failed = failed or (step["name"] if self.code(step) else None)
        return left_out, failed

    def code(self, step: dict[str, str]) -> int:
        assert "${{" not in step["run"]
        return self.runner.shell("bash", "-e", "-c", step["run"])

    def again(self, name: str) -> int:
        """The exit code of one step."""
        return self.code(next(step for step in self.job["steps"] if step.get("name") == name))


class DevOps:
    """The same of Azure Pipelines."""

    def __init__(self, runner: Runner) -> None:
        self.runner = runner
        self.variables = {"Pipeline.Workspace": str(runner.folder), "Agent.TempDirectory": str(runner.folder)}
        self.summary = runner.folder / "summary.md"
        runner.variables.update({"TF_BUILD": "True", "BUILD_SOURCESDIRECTORY": str(runner.checkout)})
        self.pipeline = yaml.safe_load((PIPELINES / "azure-pipelines.yml").read_text())
        for name, value in self.pipeline["variables"].items():
            self.variables[name] = self.filled(value)

    def filled(self, text: str) -> str:
        """What is no variable stays: `$(...)` is the shell's, too."""
        return re.sub(r"\$\(([\w.]+)\)", lambda found: self.variables.get(found[1], found[0]), text)

    def run(self) -> tuple[list[str], str | None]:
        """What was left out, and the step that failed."""
        left_out, failed = [], None
        for step in self.pipeline["steps"]:
            assert step.get("condition") in (None, "always()", "ne(variables.cached, 'true')")
            if "task" in step:
                left_out.append(step["task"])
            elif failed is None or step.get("condition") == "always()":
                failed = failed or (step["displayName"] if self.code(step) else None)
                for name, value in re.findall(
                    r"^##vso\[task.setvariable variable=(\w+)\](.*)$", self.runner.printed, re.M
                ):
                    self.variables[name] = value
        return left_out, failed

    def code(self, step: dict[str, str]) -> int:
        return self.runner.shell("bash", "--noprofile", "--norc", "-c", self.filled(step["script"]))

    def again(self, name: str) -> int:
        """The exit code of one step."""
        return self.code(next(step for step in self.pipeline["steps"] if step.get("displayName") == name))


SERVICES: dict[str, type[GitHub] | type[DevOps]] = {"GitHub": GitHub, "DevOps": DevOps}
LEFT_OUT = {
    "GitHub": [
        "actions/checkout@v5",
        "actions/setup-python@v6",
        "github/codeql-action/upload-sarif@v4",
        "actions/cache@v4",
    ],
    "DevOps": ["UsePythonVersion@0", "Cache@2", "PublishTestResults@2"],
}
FUNCTION = "UserScriptFunctionNotFound"
ANNOTATIONS = {
    "GitHub": f"::error file=src/score.py,title={FUNCTION}::score.py has no init() function",
    "DevOps": f"##vso[task.logissue type=error;sourcepath=src/score.py;code={FUNCTION}]score.py has no init() function",
}


@in_containers
@pytest.mark.parametrize("service", SERVICES)
def test_every_step_of_a_pipeline(runner: Runner, service: str) -> None:
    pipeline = SERVICES[service](runner)
    assert pipeline.run() == (LEFT_OUT[service], None)
    assert "9 passed" in runner.printed
    saved = re.search(r"^(\d+ images?) saved, ", runner.printed, re.M)
    assert saved
    # The next run finds them in the cache.
    assert pipeline.again("Load the images") == 0
    assert f"\n{saved[1]} loaded in " in runner.printed
    told = pipeline.summary.read_text()
    assert "### `pytest -n 4 --local-endpoint-reuse" in told
    assert re.search(r"^\| blue \| \d+ \| 200: \d+, .*\| 5000 \|", told, re.M), told


@pytest.mark.parametrize("service", SERVICES)
def test_what_the_cloud_would_kill_stands_beside_the_code(runner: Runner, service: str) -> None:
    script = runner.checkout / "src/score.py"
    script.write_text(script.read_text().replace("def init():", "def begin():"))
    assert SERVICES[service](runner).run()[1] == "Check"
    assert any(line.startswith(ANNOTATIONS[service]) for line in runner.printed.splitlines()), runner.printed
