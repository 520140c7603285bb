"""Forks generations, hears what becomes of them, and does what the emulator asks for. One thread, since it forks."""

import os
import selectors
import signal
import sys
import time

from .control import Control
from .generation import Generation

ENDS = (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT)
HEARD = {*ENDS, signal.SIGCHLD}


class Born(Exception):
    """Raised in the child of a fork alone: it leaves every frame of the host."""


class Ended(Exception):
    """Nothing serves any more; with the exit code."""


class Host:
    def __init__(self, given):
        self.given, self.selector = given, selectors.DefaultSelector()
        self.generations, self.count = [], 0
        # Connections that wait until a port is free for what they have asked for.
        self.waiting = {}
        # The generation whose end is the instance's.
        self.serving = None
        # What the next generation imports while nobody needs it, as long as that is honest.
        self.modules, self.faithful = [], True
        # A debugger would see one that only waits.
        self.prepares, self.asked_to_end = not given.debug, False
        self.signals, self.wakeup = os.pipe()
        os.set_blocking(self.wakeup, False)
        signal.set_wakeup_fd(self.wakeup)
        for number in HEARD:
            signal.signal(number, lambda *_: None)
        self.watch(self.signals, self.hear_signals)
        self.control = Control(self, given)

    def run(self):
        """Comes back in the child of every generation."""
        try:
            self.serving = self.fork("serve")
            self.serving.want()
            while True:
                self.step()
        except Born as born:
            return born.args[0]
        except Ended as ended:
            sys.exit(ended.args[0])

    def step(self):
        deadlines = [generation.deadline for generation in self.generations if generation.deadline]
        patience = max(min(deadlines) - time.monotonic(), 0) if deadlines else None
        for key, _ in self.selector.select(patience):
            # Who was heard before may have closed it.
            if self.selector.get_map().get(key.fd) is key:
                key.data()
        for generation in [*self.generations]:
            if generation.is_gone():
                self.gone(generation)
            elif generation.deadline and time.monotonic() >= generation.deadline:
                generation.kill()

    # What is asked for.

    def boot(self, on, listener):
        """A generation on this port that loads the code as it is now."""
        if self.serving in self.on(on):
            raise ValueError(f"{on} serves")
        self.waiting.setdefault(on, []).append(listener)
        for generation in self.on(on):
            if not (generation.wanted or generation.leaving or generation.is_stale()):
                return self.begin(generation)
            if not generation.leaving:
                generation.kill()
        self.fill(on)

    def serve(self, on):
        """From now on its end is the instance's; `None`: it has ended."""
        ready = [generation for generation in self.on(on) if generation.ready and not generation.leaving]
        self.serving = ready[0] if ready else self.serving
        return ready[0] if ready else None

    def retire(self, on, grace, listener):
        for generation in self.on(on):
            generation.listeners.append(listener)
            generation.retire(grace)

    def on(self, on):
        return [generation for generation in self.generations if generation.on == on]

    # What happens.

    def fill(self, on):
        """A free port gets who is waited for, or else a generation that waits itself."""
        if self.on(on) or self.asked_to_end:
            return
        if self.waiting.get(on):
            self.begin(self.fork(on))
        elif self.prepares and self.serving.ready:
            self.fork(on)

    def begin(self, generation):
        generation.listeners = self.waiting.pop(generation.on)
        others = [pid for other in self.generations if other is not generation for pid in other.pids()]
        self.control.say(generation, event="booting", pid=generation.pid, others=others)
        generation.want()

    def fork(self, on):
        self.count += 1
        generation = Generation(self.count, on, self.given.ports[on])
        signal.pthread_sigmask(signal.SIG_BLOCK, HEARD)
        if generation.fork(self.modules, held=self.count > 1):
            self.leave_to_child()
            raise Born(generation)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, HEARD)
        self.generations.append(generation)
        self.watch(generation.report, lambda: self.hear(generation))
        self.watch(generation.held, lambda: self.keep_preamble(generation))
        return generation

    def leave_to_child(self):
        for number in HEARD:
            signal.signal(number, signal.SIG_DFL)
        signal.set_wakeup_fd(-1)
        # Nothing is unregistered: what the selector stands on is the parent's, too.
        self.selector.close()
        self.control.leave_to_child()
        pipes = [pipe for generation in self.generations for pipe in generation.pipes()]
        for pipe in [self.signals, self.wakeup, *pipes]:
            os.close(pipe)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, HEARD)

    def hear(self, generation):
        for told in generation.hear():
            if "held" in told:
                generation.workers.add(told["held"])
                generation.loading = told["of"]
                if generation.leaving or generation.code is not None:
                    # Its server ends, or has: it would load the code for nobody, and keep the port.
                    generation.kill_worker(told["held"])
                elif generation.wanted and not generation.at_gate:
                    generation.open()
                generation.at_gate = True
            elif "modules" in told:
                generation.modules.update(dict.fromkeys(told["modules"]))
            elif "unfaithful" in told:
                self.again(generation)
            else:
                generation.loaded.add(told["ready"])
                self.loaded(generation)
        if generation.silent:
            generation.report = self.unwatch(generation.report)

    def loaded(self, generation):
        """Ready once all workers are: one that meets the next save half written ends the server, gunicorn says."""
        if generation.ready or len(generation.loaded) < generation.loading:
            return
        generation.ready, self.modules = True, [*generation.modules] if self.faithful else []
        self.control.say(generation, event="ready")
        self.fill("spare" if generation.on == "serve" else "serve")

    def keep_preamble(self, generation):
        if not generation.keep_preamble():
            generation.held = self.unwatch(generation.held)

    def again(self, generation):
        """Without what was imported before it: its script sets variables that a module may have read."""
        self.modules, self.faithful = [], False
        self.waiting.setdefault(generation.on, []).extend(generation.listeners)
        generation.listeners = []
        generation.kill()

    def hear_signals(self):
        for number in set(os.read(self.signals, 4096)):
            if number == signal.SIGCHLD:
                self.reap()
            else:
                self.end(number)

    def reap(self):
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if not pid:
                return
            for generation in self.generations:
                if generation.pid == pid and generation.code is None:
                    generation.ended(status)

    def end(self, number):
        """Whoever asks kills after a while of its own."""
        self.asked_to_end = True
        for generation in self.generations:
            generation.retire(None, number)

    def gone(self, generation):
        self.generations.remove(generation)
        generation.kill_workers()
        for pipe in (generation.report, generation.held):
            self.unwatch(pipe)
        generation.close_gate()
        if generation.wanted and not generation.at_gate and not generation.leaving:
            sys.stdout.buffer.write(generation.preamble)
            sys.stdout.flush()
        if generation.wanted and not (generation.ready and (generation.leaving or generation is self.serving)):
            self.end_output(generation)
        self.control.say(generation, event="ended", code=generation.code)
        # One that nobody waits for is not tried again and again.
        self.prepares = self.prepares and (generation.wanted or generation.leaving)
        if not self.generations or generation is self.serving and not self.asked_to_end:
            for other in self.generations:
                other.kill()
            raise Ended(self.serving.code)
        self.fill(generation.on)

    def end_output(self, generation):
        """On both streams: who reads them knows that no more comes of it."""
        for output in (1, 2):
            os.write(output, f"local-endpoint-host: the end of generation {generation.number}\n".encode())

    # The loop's own.

    def watch(self, fd, heard):
        self.selector.register(fd, selectors.EVENT_READ, heard)

    def unwatch(self, fd):
        """Nothing, to be kept in place of the descriptor: its number is soon another one's."""
        if fd is not None:
            self.selector.unregister(fd)
            os.close(fd)
