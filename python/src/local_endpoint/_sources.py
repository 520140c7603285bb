"""What a user has of a project: a path, the documents as dicts, or objects of azure-ai-ml."""

from __future__ import annotations

import io
import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import IO, Any, Protocol, Union


class Dumped(Protocol):
    """An endpoint or deployment of azure-ai-ml, which is not imported here."""

    base_path: Any

    def dump(self, dest: IO[str]) -> Any: ...


AnyPath = Union[str, "os.PathLike[str]"]
Source = Union[AnyPath, Mapping[str, Any], Dumped]


def project(sources: tuple[Source, ...], base: AnyPath | None, root: Path, folder: Path) -> Path:
    """The path, from `root`; of documents a folder below `folder` with them, in which all else is as in `base`."""
    if len(sources) == 1 and isinstance(sources[0], (str, os.PathLike)):
        return root / sources[0]
    files = [source for source in sources if isinstance(source, (str, os.PathLike))]
    if files or not sources:
        raise TypeError("give one path, or documents: dicts, objects of azure-ai-ml")
    stands_in = folder / "project"
    stands_in.mkdir()
    for number, source in enumerate(sources):
        (stands_in / f"{number}.yml").write_text(_text(source), encoding="utf-8")
    _link(_like(root / (base or _base(sources))), stands_in)
    return stands_in


def _text(source: Any) -> str:
    if isinstance(source, Mapping):
        return json.dumps(source)  # JSON is YAML
    text = io.StringIO()
    # Deployments write, endpoints return what they would write.
    returned = source.dump(text)
    return text.getvalue() or json.dumps(returned)


def _base(sources: Iterable[Any]) -> Path:
    """Where relative paths of objects of azure-ai-ml begin."""
    bases = [source.base_path for source in sources if not isinstance(source, Mapping)]
    return Path(next((base for base in bases if base), ""))


def _like(base: Path) -> list[Path]:
    """Everything but other YAML, which would be read as well."""
    return [entry for entry in base.resolve().iterdir() if entry.suffix.lower() not in (".yml", ".yaml")]


def _link(entries: Iterable[Path], folder: Path) -> None:
    for entry in entries:
        (folder / entry.name).symlink_to(entry, target_is_directory=entry.is_dir())
