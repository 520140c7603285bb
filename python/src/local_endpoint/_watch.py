"""The command beside an endpoint: says that it is up, and ends when nobody of a meeting is left."""

import sys
from pathlib import Path

from local_endpoint._meeting import Meeting


def main() -> None:
    print("up", flush=True)
    folder = Path(sys.argv[1])
    with Meeting(folder).nobody_left():
        # Who comes now starts anew.
        for outcome in folder.glob("*.json"):
            outcome.unlink()


main()
