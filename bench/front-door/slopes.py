"""What one request costs, as the slope between few and many: nothing that is done once counts, and noise does not."""

import re
import tempfile
from pathlib import Path

from parties import ask, backend, door

FEW, MANY = 300, 1300


def instructions(examples, *options):
    """User instructions a request, by callgrind."""

    def counted(folder, requests, upstream):
        out = folder / f"callgrind-{requests}"
        under = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={out}"]
        with door(examples, upstream, *options, under=under) as ours:
            ask(ours.port, requests)
        return int(re.search(r"^(?:summary|totals): (\d+)", out.read_text(), re.MULTILINE)[1])

    return slope(examples, options, counted)


def syscalls(examples, *options):
    """System calls a request, by strace."""

    def counted(folder, requests, upstream):
        out = folder / f"strace-{requests}"
        with door(examples, upstream, *options, under=["strace", "-f", "-c", "-o", str(out)]) as ours:
            ask(ours.port, requests)
        # Columns of a line of strace's table; the errors may be missing.
        lines = re.findall(r"^\s*[\d.]+\s+[\d.]+\s+\d+\s+(\d+)\s+(?:\d+\s+)?(\w+)$", out.read_text(), re.MULTILINE)
        return sum(int(calls) for calls, name in lines if name != "total")

    return slope(examples, options, counted)


def slope(examples, options, counted):
    closes = ["--close"] if "--whole" in options else []
    with tempfile.TemporaryDirectory() as folder, backend(examples, *closes) as behind:
        few, many = (counted(Path(folder), requests, behind.port) for requests in (FEW, MANY))
    return (many - few) / (MANY - FEW)
