"""The binary that came with this package, and how it is called."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
from dataclasses import dataclass
from pathlib import Path

NO_ENGINE = 4
"""Exit code: no container engine answers, and there is no Python for processes."""


class LocalEndpointError(Exception):
    """Something that was asked of an endpoint did not work."""


class CommandFailed(LocalEndpointError):
    """The command ended with an exit code other than 0; the message is what it printed."""

    def __init__(self, words: list[str], code: int, told: str) -> None:
        super().__init__(f"`local-endpoint {' '.join(words)}` ended with {code}\n{told.strip()}")
        self.code = code
        """1 your thing failed, 2 usage or invalid YAML, 3 not found, 4 no engine, 5 image, 6 start, 7 time, 8 port."""
        self.told = told

    @property
    def headline(self) -> str:
        """Of what it printed the error itself."""
        lines = self.told.splitlines() or [str(self)]
        return next((line for line in lines if line.startswith("error[")), lines[0])


def find() -> str:
    """`LOCAL_ENDPOINT_BIN`, else the binary beside this package, else the one on PATH."""
    chosen = os.environ.get("LOCAL_ENDPOINT_BIN")
    if chosen:
        return chosen
    name = "local-endpoint.exe" if sys.platform == "win32" else "local-endpoint"
    for folder in _script_folders():
        if (folder / name).is_file():
            return str(folder / name)
    on_path = shutil.which(name)
    if on_path:
        return on_path
    raise LocalEndpointError(f"{name} is neither beside this package nor on PATH: pip install local-endpoint")


def _script_folders() -> list[Path]:
    user = "nt_user" if sys.platform == "win32" else "posix_user"
    scripts = [sysconfig.get_path("scripts"), sysconfig.get_path("scripts", scheme=user)]
    # `pip install --target` has its own.
    return [Path(folder) for folder in scripts] + [Path(__file__).parent.parent / "bin"]


@dataclass(frozen=True)
class Program:
    """The command, with the person's own state folder or with another one."""

    state: Path | None = None

    def environment(self) -> dict[str, str]:
        own = {} if self.state is None else {"LOCAL_ENDPOINT_STATE": str(self.state)}
        # What it prints is read here, and not by the pipeline.
        pipelines = {"GITHUB_ACTIONS": "", "TF_BUILD": ""}
        return {**os.environ, **own, **pipelines, "NO_COLOR": "1"}

    def __call__(self, *words: str) -> str:
        """Its stdout; raises `CommandFailed`."""
        done = subprocess.run(
            [find(), *words],
            check=False,
            env=self.environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
        )
        if done.returncode:
            raise CommandFailed(list(words), done.returncode, done.stderr)
        return done.stdout
