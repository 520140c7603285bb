"""Takes commands: a line of JSON asks, lines of JSON answer. One connection, one command."""

import hmac
import json
import socket

LONGEST = 64 * 1024


class Control:
    def __init__(self, host, given):
        self.host, self.token, self.connections = host, given.token, set()
        self.listener = socket.socket()
        self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.listener.bind((given.address, given.control))
        self.listener.listen()
        host.watch(self.listener.fileno(), self.accept)

    def accept(self):
        connected, _ = self.listener.accept()
        connection = Connection(self, connected)
        self.connections.add(connection)
        self.host.watch(connected.fileno(), connection.read)

    def leave_to_child(self):
        """Closed by their owners: whoever closes the numbers beside them closes somebody else's later."""
        for owner in [self.listener, *(connection.socket for connection in self.connections)]:
            owner.close()

    def say(self, generation, **what):
        for listener in generation.listeners:
            listener.say(generation=generation.number, **what)
        if what["event"] == "ended":
            for listener in generation.listeners:
                listener.close()


class Connection:
    def __init__(self, control, connected):
        self.control, self.socket = control, connected
        self.asked, self.heard = b"", False

    def read(self):
        try:
            said = self.socket.recv(4096)
        except OSError:
            said = b""
        self.asked += said
        if not said or len(self.asked) > LONGEST:
            return self.close()
        if b"\n" in self.asked and not self.heard:
            self.heard = True
            self.command(self.asked.split(b"\n")[0])

    def command(self, line):
        try:
            asked = json.loads(line)
            known = hmac.compare_digest(str(asked.pop("token")), self.control.token)
            if not known:
                return self.close()
            getattr(self, "do_" + asked.pop("do"))(**asked)
        except (ValueError, TypeError, AttributeError, KeyError) as fault:
            self.say(event="refused", why=str(fault))
            self.close()

    def do_boot(self, on):
        self.control.host.boot(on, self)

    def do_serve(self, on):
        found = self.control.host.serve(on)
        self.say(event="serves" if found else "ended")
        self.close()

    def do_retire(self, on, grace):
        if not self.control.host.on(on):
            self.say(event="ended")
            return self.close()
        self.control.host.retire(on, grace, self)

    def do_status(self):
        names = ("number", "on", "wanted", "ready", "leaving")
        generations = [
            {**{name: getattr(generation, name) for name in names}, "pids": generation.pids()}
            for generation in self.control.host.generations
        ]
        self.say(event="status", generations=generations)
        self.close()

    def say(self, **what):
        try:
            self.socket.sendall(json.dumps(what).encode() + b"\n")
        except OSError:
            self.close()

    def close(self):
        if self in self.control.connections:
            self.control.connections.remove(self)
            self.control.host.selector.unregister(self.socket.fileno())
            self.socket.close()
