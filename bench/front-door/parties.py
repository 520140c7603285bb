"""The parties of a measurement: our door, its peers, the backend behind them, and who asks. Loopback only."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
KEY = "a-key-of-the-length-that-azure-gives-its-endpoints-0123456789abcdefghijklmnopqrstuvw"
TICK = os.sysconf("SC_CLK_TCK")
PROXY_CPU, OTHERS_CPU = "0", "1"


def built():
    """The folder with `door` and `backend`, in the profile that is shipped."""
    crate = ["--release", "--locked", "--package", "local-endpoint-front-end", "--examples"]
    subprocess.run(["cargo", "build", "--quiet", *crate], cwd=ROOT, check=True)
    metadata = subprocess.check_output(["cargo", "metadata", "--format-version", "1", "--no-deps", "--locked"], cwd=ROOT)
    return Path(json.loads(metadata)["target_directory"]) / "release" / "examples"


def debian(*packages):
    """Installs what is missing; as root, on Debian."""
    missing = [package for package in packages if not shutil.which(package.split("-")[0])]
    if not missing:
        return
    if os.geteuid() or not shutil.which("apt-get"):
        raise SystemExit(f"missing: {' '.join(missing)}; as root this script installs it with apt-get")
    install = ["apt-get", "install", "-y", "--no-install-recommends", *missing]
    quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    if subprocess.run(install, **quiet).returncode:
        subprocess.run(["apt-get", "update"], check=True, **quiet)
        subprocess.run(install, check=True, **quiet)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Party:
    """A process that listens on a port of 127.0.0.1, ended with the block that started it."""

    def __init__(self, command, port, under=()):
        self.port, self.command = port, [*under, *map(str, command)]

    def __enter__(self):
        self.process = subprocess.Popen(self.command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + 60
        while True:
            try:
                return socket.create_connection(("127.0.0.1", self.port)).close() or self
            except OSError:
                if self.process.poll() is not None or time.monotonic() > deadline:
                    self.__exit__()
                    raise SystemExit(f"did not come up: {' '.join(self.command)}") from None
                time.sleep(0.05)  # no event tells that another program listens

    def __exit__(self, *_):
        if self.process.poll() is None:
            # strace keeps a signal to itself: what it runs is ended.
            pid = self.process.pid
            traced = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
            os.kill(int(traced[0]) if self.command[0] == "strace" and traced else pid, signal.SIGTERM)
            try:
                self.process.wait(60)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def cpu(self):
        """Seconds in all, and of these in the system."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        user, system = int(fields[11]) / TICK, int(fields[12]) / TICK
        return user + system, system

    def memory(self, what="VmRSS"):
        """MB; `VmHWM` is the peak."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(rf"{what}:\s+(\d+)", status)[1]) / 1000


def pinned(cpu):
    return ["taskset", "-c", cpu]


def backend(examples, *options):
    port = free_port()
    return Party([examples / "backend", "--port", port, *options], port, pinned(OTHERS_CPU))


def door(examples, upstream, *options, under=None):
    port = free_port()
    command = [examples / "door", "--port", port, "--upstream", f"127.0.0.1:{upstream}", *options]
    return Party(command, port, pinned(PROXY_CPU) if under is None else under)


def nginx(folder, upstream, keeps=True, streams=False):
    port = free_port()
    keep = "keepalive 64;" if keeps else ""
    version = 'proxy_http_version 1.1; proxy_set_header Connection "";' if keeps else ""
    stream = "proxy_request_buffering off; proxy_buffering off;" if streams else ""
    temporary = " ".join(f"{kind}_temp_path {folder};" for kind in ("proxy", "client_body", "fastcgi", "uwsgi", "scgi"))
    conf = folder / f"nginx-{port}.conf"
    conf.write_text(f"""
daemon off; master_process off; worker_processes 1; pid {folder}/nginx-{port}.pid; error_log /dev/null;
events {{ worker_connections 4096; }}
http {{
  access_log off; client_max_body_size 0; keepalive_requests 100000000; {temporary}
  upstream behind {{ server 127.0.0.1:{upstream}; {keep} }}
  server {{ listen 127.0.0.1:{port}; location / {{ proxy_pass http://behind; {version} {stream} }} }}
}}
""")
    return Party(["nginx", "-c", conf], port, pinned(PROXY_CPU))


def haproxy(folder, upstream, keeps=True, **_):
    port = free_port()
    reuse = "http-reuse always" if keeps else "option http-server-close"
    conf = folder / f"haproxy-{port}.cfg"
    conf.write_text(f"""
global
  nbthread 1
  maxconn 4096
defaults
  mode http
  timeout connect 5s
  timeout client 60s
  timeout server 60s
listen bench
  bind 127.0.0.1:{port}
  {reuse}
  server behind 127.0.0.1:{upstream}
""")
    return Party(["haproxy", "-f", conf], port, pinned(PROXY_CPU))


def wrk(folder, port, connections, seconds, body=1024, path="/score"):
    """Requests a second, p50 and p99 in microseconds, and how many requests there were."""
    script = folder / f"wrk-{body}.lua"
    headers = f'wrk.headers["Authorization"] = "Bearer {KEY}"\nwrk.headers["Content-Type"] = "application/json"\n'
    asks = f'wrk.method = "POST"\nwrk.body = string.rep("x", {body})\n' if body else ""
    script.write_text(headers + asks)
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}", "--latency", "-s", script, f"http://127.0.0.1:{port}{path}"]
    said = subprocess.check_output([*pinned(OTHERS_CPU), *map(str, command)], text=True)
    if "Non-2xx" in said or "Socket errors" in said:
        raise SystemExit(f"errors under load:\n{said}")
    requests = int(re.search(r"(\d+) requests in", said)[1])
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", said)[1])
    return rate, microseconds(said, "50%"), microseconds(said, "99%"), requests


def microseconds(said, which):
    value, unit = re.search(rf"{re.escape(which)}\s+([\d.]+)(us|ms|s)", said).groups()
    return float(value) * {"us": 1, "ms": 1000, "s": 1_000_000}[unit]


def ask(port, requests, connections=4, body=1024):
    """Exactly so many requests of 1 KB, all connections at once, each answered before the next."""
    head = f"POST /score HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {KEY}\r\n"
    head += f"Content-Type: application/json\r\nContent-Length: {body}\r\n\r\n"
    request = head.encode() + b"x" * body
    wires = [socket.create_connection(("127.0.0.1", port)) for _ in range(connections)]
    for _ in range(requests // connections):
        for wire in wires:
            wire.sendall(request)
        for wire in wires:
            answer(wire)
    for wire in wires:
        wire.close()


def answer(wire):
    read = b""
    while b"\r\n\r\n" not in read:
        read += received(wire)
    head, body = read.split(b"\r\n\r\n", 1)
    if not head.startswith(b"HTTP/1.1 200"):
        raise SystemExit(f"not a 200: {head!r}")
    length = int(re.search(rb"content-length: (\d+)", head.lower())[1])
    while len(body) < length:
        body += received(wire)


def received(wire):
    piece = wire.recv(1 << 16)
    if not piece:
        raise SystemExit("a connection was closed under load")
    return piece
