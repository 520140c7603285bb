"""debugpy in the host, and in every worker as a session of its own beneath that of the host."""

import os
import subprocess
import sys
import time

# How long a worker waits for a debugger that is attached to the host and does not attach to it, in seconds.
PATIENCE = 10.0

listening = False


def listen(given):
    """From now on a debugger can attach to the host, which runs no user code but outlives every worker."""
    global listening
    sys.path.insert(0, given.debugpy)
    # Python's own modules are frozen, of which it warns; nobody debugs them.
    os.environ["PYDEVD_DISABLE_FILE_VALIDATION"] = "1"
    import debugpy

    # Whatever is forked joins by itself: an arbiter would be one more session, without any user code.
    debugpy.configure(subProcess=False)
    import pydevd
    import pydevd_file_utils
    from _pydevd_bundle.pydevd_api import PyDevdAPI
    from _pydevd_bundle.pydevd_filtering import FilesFiltering

    del os.environ["PYDEVD_DISABLE_FILE_VALIDATION"]
    sys.path.remove(given.debugpy)
    host, libraries = os.getpid(), FilesFiltering._get_default_library_roots()
    PyDevdAPI.get_ppid = lambda _: host
    FilesFiltering._get_default_library_roots = lambda _: [*libraries, os.path.dirname(os.path.dirname(__file__))]
    pydevd.PyDB.wait_for_ready_to_run = wait_for_debugger
    take_paths = pydevd_file_utils.setup_client_server_paths
    pydevd_file_utils.setup_client_server_paths = lambda paths: take_paths([*found(paths)])
    ordinary, subprocess.Popen = subprocess.Popen, Adapter
    debugpy.listen((given.address, given.debug))
    subprocess.Popen = ordinary
    listening = True


class Adapter(subprocess.Popen):
    """debugpy's other process, between debugger and workers. By itself it leaves the instance's group, and would outlive it."""

    STAYS = "import os, runpy, sys; os.setsid = os.fork = lambda: 0; del sys.argv[0]; runpy.run_path(sys.argv[0], {}, '__main__')"

    def __init__(self, words, **options):
        super().__init__([words[0], "-c", self.STAYS, *words[1:]], **options)

    def wait(self, timeout=None):
        """Where it forks, the first of the two ends at once."""


def join():
    """A worker becomes a session. Without a debugger it goes on at once, and one that attaches later is told of it."""
    if not listening:
        return
    from _pydev_bundle.pydev_monkey import _on_forked_process

    _on_forked_process(setup_tracing=True)


def wait_for_debugger(worker):
    end = time.monotonic() + PATIENCE
    while not worker.ready_to_run:
        worker.process_internal_commands()
        time.sleep(0.02)  # debugpy tells of it in a variable alone
        if time.monotonic() > end:
            worker.ready_to_run = True
            print(f"the debugger did not attach to worker {os.getpid()} in {PATIENCE:.0f} s, so it runs without (subProcess?)")


def found(paths):
    """The debugger knows Azure's paths. A process has them below a folder of its own, as links: a file has two names then."""
    root = os.environ.get("AML_APP_ROOT", "").partition("/var/azureml-app")[0]
    for local, remote in paths:
        here = root + remote if os.path.exists(root + remote) else remote
        yield local, here
        if os.path.realpath(here) != here:
            yield local, os.path.realpath(here)
