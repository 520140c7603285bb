"""`python -m local_endpoint`: the command, where its folder is not on PATH."""

import os
import subprocess
import sys

from local_endpoint._program import find


def main() -> None:
    """Becomes the command."""
    program = find()
    if sys.platform == "win32":
        # exec there is a new process that nobody waits for.
        sys.exit(subprocess.call([program, *sys.argv[1:]]))
    os.execv(program, [program, *sys.argv[1:]])


main()
