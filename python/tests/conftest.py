"""Runs of pytest with the plugin, each in a folder and with a state of its own."""

from __future__ import annotations

import os
import select
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest_plugins = ["pytester"]

# Jobs in the background of a shell ignore Ctrl-C, and so would all that the tests start and interrupt.
signal.signal(signal.SIGINT, signal.default_int_handler)

EXAMPLES = Path(os.environ.get("LOCAL_ENDPOINT_EXAMPLES", Path(__file__).parents[2] / "examples"))
# pytester gives every test a home of its own, where no environment is.
CACHE = os.environ.get("XDG_CACHE_HOME", str(Path.home() / ".cache"))
PATIENCE = 60
"""Seconds: longer than anything waited for here should take."""


in_containers = pytest.mark.skipif(
    os.environ.get("LOCAL_ENDPOINT_TEST_DOCKER") != "required"
    and not (shutil.which("docker") and subprocess.run(["docker", "version"], capture_output=True).returncode == 0),
    reason="no container engine answers",
)


class Run:
    """A project with tests, and what runs them."""

    def __init__(self, pytester: pytest.Pytester) -> None:
        self._pytester = pytester
        self.folder = pytester.path / "project"
        self.temporary = pytester.path / "tmp"
        self.temporary.mkdir()
        shutil.copytree(EXAMPLES / "hello", self.folder)
        (self.folder / "pytest.ini").write_text("[pytest]\n")

    def tests(self, text: str) -> None:
        """The tests of the project."""
        (self.folder / "test_it.py").write_text(text)

    def pytest(self, *words: str) -> pytest.RunResult:
        """To its end."""
        return self._pytester.run(*self._command(words), timeout=PATIENCE * 2)

    def begun(self, *words: str) -> subprocess.Popen[bytes]:
        """As from a terminal, in a group of its own: returns when something has written to the file `REACHED`."""
        path = self._pytester.path / "reached"
        os.mkfifo(path)
        reached = os.open(path, os.O_RDWR)
        process = subprocess.Popen(self._command(words), start_new_session=True)
        ended = os.pidfd_open(process.pid)
        happened, _, _ = select.select([reached, ended], [], [], PATIENCE)
        os.close(reached)
        os.close(ended)
        assert happened == [reached], "it ended too early, or hangs"
        return process

    def command(self, *words: str) -> str:
        """What `local-endpoint` prints."""
        done = subprocess.run(["local-endpoint", *words], cwd=self.folder, check=True, capture_output=True, text=True)
        return done.stdout

    def left(self) -> list[str]:
        """Processes, containers and files: nothing, once all is down."""
        return left_of(self._pytester.path)

    def ends(self) -> None:
        """Waits for the end of all that the run has started."""
        for pid, command in processes_of(self._pytester.path):
            try:
                handle = os.pidfd_open(pid)
            except ProcessLookupError:
                continue
            ended, _, _ = select.select([handle], [], [], PATIENCE)
            os.close(handle)
            assert ended, f"it still runs: {command}"

    def kill(self) -> None:
        """Whatever a failed test leaves."""
        for pid, _ in processes_of(self._pytester.path):
            os.kill(pid, signal.SIGKILL)

    def _command(self, words: tuple[str, ...]) -> list[str]:
        return [
            sys.executable,
            "-m",
            "pytest",
            "-p",
            "no:cacheprovider",
            "--rootdir",
            str(self.folder),
            *words,
            str(self.folder),
        ]


def left_of(folder: Path) -> list[str]:
    """What is left of a test whose temporary folder is `tmp` below this one."""
    label = '{{.Names}} {{.Label "dev.local-endpoint.project-path"}}'
    listing = ["docker", "ps", "--all", "--format", label] if shutil.which("docker") else ["true"]
    containers = subprocess.run(listing, capture_output=True, text=True).stdout.splitlines()
    own = [container for container in containers if f" {folder}/" in container]
    # pytest's own folders stay for whoever looks at a failure.
    files = [str(path) for path in (folder / "tmp").iterdir() if not path.name.startswith("pytest-of-")]
    return own + files + [command for _, command in processes_of(folder)]


def processes_of(folder: Path) -> Iterator[tuple[int, str]]:
    """All that have the temporary folder among their variables."""
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            variables = (entry / "environ").read_bytes()
            command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        if f"={folder / 'tmp'}".encode() in variables and int(entry.name) != os.getpid() and command:
            yield int(entry.name), command


@pytest.fixture
def run(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    """The example `hello` on the process engine; nothing of it is left when it ends."""
    run = Run(pytester)
    for name in ("CI", "GITHUB_ACTIONS", "TF_BUILD", "PYTEST_ADDOPTS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TMPDIR", str(run.temporary))
    monkeypatch.setenv("LOCAL_ENDPOINT_STATE", str(pytester.path / "state"))
    monkeypatch.setenv("XDG_CACHE_HOME", CACHE)
    monkeypatch.setenv("LOCAL_ENDPOINT_ENGINE", "process")
    monkeypatch.setenv("REACHED", str(pytester.path / "reached"))
    yield run
    try:
        run.command("down", "--all")
        assert run.left() == []
    finally:
        run.kill()
