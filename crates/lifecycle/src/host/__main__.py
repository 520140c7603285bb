"""Keeps a code folder served while it changes: `python3 FOLDER --spare PORT --control PORT -- azmlinfsrv's arguments`."""

import sys

# Nothing in here is importable by what is served: a folder of ours must not answer to `import`.
folder = sys.path.pop(0)
sys.path.insert(0, folder)

from local_endpoint_host import arguments, debugging, host, server  # noqa: E402

sys.path.remove(folder)

given = arguments.parse()
server.warm(given)
if given.debug:
    debugging.listen(given)
born = host.Host(given).run()
# Here in the child alone, with none of the host's frames below it: it ends as any program does.
sys.exit(server.serve(born, given))
