"""Where a worker stands until its generation is wanted: just before the server's own import of user code."""

import importlib
import importlib.abc
import importlib.util
import json
import os
import select
import signal
import site
import sys
import sysconfig

from . import debugging

# What gunicorn is told to serve; importing it loads the user's script and runs its init().
ENTRY = "azureml_inference_server_http.server.entry"


class Gate(importlib.abc.MetaPathFinder):
    """Asked by Python's own import, so it holds for every gunicorn and every kind of worker."""

    def __init__(self, generation):
        self.generation = generation

    def find_spec(self, name, path=None, target=None):
        if name != ENTRY:
            return None
        sys.meta_path.remove(self)
        before = self.generation.hold()
        debugging.join()
        spec = importlib.util.find_spec(name)
        spec.loader = Entry(spec.loader, lambda: self.generation.is_through(before))
        return spec


class Entry(importlib.abc.Loader):
    """The server's entry module; `through` is called when it is loaded: user code has run its init()."""

    def __init__(self, loader, through):
        self.loader, self.through = loader, through

    def create_module(self, spec):
        return self.loader.create_module(spec)

    def exec_module(self, module):
        self.loader.exec_module(module)
        self.through()


class Waiting:
    """The child's side: what a worker does at the gate, and what it tells the host."""

    def __init__(self, gate, wanted, report, outputs, modules):
        # `gate`: a pipe that ends when the generation is wanted, or when the host is gone; `wanted` tells which.
        self.gate, self.wanted, self.report = gate, wanted, report
        self.outputs, self.modules = outputs, modules

    def install(self):
        signal.signal(signal.SIGURG, lambda *_: self.speak())
        sys.meta_path.insert(0, Gate(self))

    def speak(self):
        """From here on the output is the instance's: what was said before is the server's own preamble."""
        for held, real in zip((1, 2), self.outputs):
            os.dup2(real, held)

    def hold(self):
        self.tell(held=os.getpid(), of=loading())
        before = dict(os.environ) if self.import_idly() else None
        os.read(self.gate, 1)
        if not self.wanted[0]:
            os._exit(0)
        sys.stdout.flush()
        self.speak()
        # A file may be newer than what a finder saw, and a cached bytecode is taken for new when it is of the same
        # second and size: nothing of this code is cached.
        importlib.invalidate_caches()
        sys.dont_write_bytecode = True
        return before

    def import_idly(self):
        """Modules of the generation before, until this one is wanted. Whether there were any."""
        some = False
        for name in self.modules:
            if select.select([self.gate], [], [], 0)[0]:
                break
            if name not in sys.modules:
                some = True
                try:
                    importlib.import_module(name)
                except BaseException:  # noqa: B902 - a module that only works where user code has prepared it
                    pass
        return some

    def is_through(self, before):
        if before is not None and before != dict(os.environ):
            # The script sets variables, and what was imported before it may have read them: not what Azure would do.
            self.tell(unfaithful=os.getpid())
            while True:
                signal.pause()
        for names in batches(installed()):
            self.tell(modules=names)
        self.tell(ready=os.getpid())

    def tell(self, **what):
        """In one write, and no more than a pipe takes at once: several workers tell."""
        os.write(self.report, json.dumps(what).encode() + b"\n")


def loading():
    """How many workers load user code: gunicorn's own count, told by whoever asks for it further up. One, if nobody does."""
    frame = sys._getframe()
    while frame := frame.f_back:
        settings = getattr(frame.f_locals.get("self"), "cfg", None)
        if hasattr(settings, "workers"):
            return 1 if settings.preload_app else settings.workers
    return 1


def batches(names):
    batch, size = [], 0
    for name in names:
        # A quote on each side, a comma and a space; and what stands around them all.
        size += len(name) + 4
        if size + 32 > select.PIPE_BUF:
            yield batch
            batch, size = [], len(name) + 4
        batch.append(name)
    yield batch


def installed():
    """Whatever was imported from the environment, in the order of its import; the server's own modules read variables."""
    others = getattr(site, "getsitepackages", list)()
    places = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib"), *others}
    roots = tuple(os.path.join(place, "") for place in places if place)
    files = ((name, getattr(module, "__file__", None) or "") for name, module in list(sys.modules.items()))
    return [
        name
        for name, file in files
        if file.startswith(roots) and not name.startswith(("azureml_inference_server_http", "_", "gunicorn"))
    ]
