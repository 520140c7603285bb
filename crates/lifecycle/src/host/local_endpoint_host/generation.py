"""One start of the server: an arbiter and its workers, forked from the host. The host's side of it."""

import json
import mmap
import os
import signal
import time

from .gate import Waiting

# How much is kept of what the server says before user code is loaded: shown when it never gets there.
PREAMBLE = 64 * 1024
# Seconds: how long a process that left the server may hold its pipes, and how long who waits may take to leave.
LEFTOVERS, DISMISSED = 1.0, 2.0


class Generation:
    def __init__(self, number, on, port):
        self.number, self.on, self.port = number, on, port
        # Those that were heard of, and those that have loaded user code, of as many as do.
        self.pid, self.workers, self.loaded, self.loading = None, set(), set(), 1
        self.wanted = self.at_gate = self.ready = self.leaving = False
        # Its exit code, once the arbiter has ended; it is gone when its workers have, too.
        self.code, self.silent = None, False
        # What its workers have imported from the environment, in order.
        self.modules, self.preamble, self.rest = {}, b"", b""
        # When patience with it ends: it is killed, or its leftovers are not waited for.
        self.deadline = None
        # Connections that are told what becomes of it.
        self.listeners = []
        self.config = config_stamp()

    def fork(self, modules, held):
        """Whether this is the child. `held`: its output, until its workers are let through the gate."""
        (gate, self.gate), (self.report, report) = os.pipe(), os.pipe()
        self.held, hold = os.pipe()
        wanted = self.wanted_flag = mmap.mmap(-1, 1)
        self.pid = os.fork()
        if self.pid:
            for end in (gate, report, hold):
                os.close(end)
            return False
        outputs = os.dup(1), os.dup(2)
        for output in (1, 2) if held else ():
            os.dup2(hold, output)
        for end in (self.gate, self.report, self.held, hold):
            os.close(end)
        Waiting(gate, wanted, report, outputs, modules).install()
        return True

    def want(self):
        """Its workers may load user code: now, or as soon as they are at the gate."""
        if self.wanted:
            return
        self.wanted = True
        self.wanted_flag[0] = 1
        if self.at_gate:
            self.open()

    def open(self):
        signal_to(self.pid, signal.SIGURG)
        self.close_gate()

    def close_gate(self):
        if self.gate is not None:
            os.close(self.gate)
            self.gate = None

    def hear(self):
        """What its workers have told since; nothing once there are none."""
        said = os.read(self.report, 65536)
        self.silent = not said
        *lines, self.rest = (self.rest + said).split(b"\n")
        return [json.loads(line) for line in lines]

    def keep_preamble(self):
        said = os.read(self.held, 65536)
        self.preamble = (self.preamble + said)[-PREAMBLE:]
        return bool(said)

    def retire(self, grace, number=signal.SIGTERM):
        """Killed after the grace, where there is one. Who waits at the gate leaves by it."""
        if grace == 0:
            return self.kill()
        self.leaving, patience = True, grace if self.wanted else DISMISSED
        self.deadline = None if patience is None else time.monotonic() + patience
        signal_to(self.pid, number)
        if not self.wanted:
            self.close_gate()

    def kill(self):
        """The arbiter first: it would start its workers again, and say that memory ran out."""
        self.leaving, self.deadline = True, None
        signal_to(self.pid, signal.SIGKILL)
        self.kill_workers()

    def ended(self, status):
        killed = os.WIFSIGNALED(status)
        self.code = 128 + os.WTERMSIG(status) if killed else os.WEXITSTATUS(status)
        self.deadline = time.monotonic() + LEFTOVERS
        if killed:
            self.kill_workers()

    def kill_workers(self):
        for pid in self.workers:
            self.kill_worker(pid)

    def kill_worker(self, pid):
        """It may be gone for long, and its number another one's: none of our group's."""
        try:
            if os.getpgid(pid) == os.getpgrp():
                os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            pass

    def is_gone(self):
        return self.code is not None and (self.silent or time.monotonic() >= self.deadline)

    def is_stale(self):
        """gunicorn has read its own file of the code folder already."""
        return self.config != config_stamp()

    def pipes(self):
        return [pipe for pipe in (self.report, self.held, self.gate) if pipe is not None]

    def pids(self):
        return [self.pid, *sorted(self.workers)]


def signal_to(pid, number):
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        pass


def config_stamp():
    try:
        found = os.stat("gunicorn.conf.py")
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size
