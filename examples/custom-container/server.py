"""A model server of one's own: nothing of Azure ML's, only Python's standard library.

GET  /live, /ready               200
POST /predict {"numbers": [..]}  their sum
POST /predict {"stream": n}      n lines, one every 0.2 s, sent as they are made
"""

import json
import signal
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PORT = 8080


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"  # keep-alive
    disable_nagle_algorithm = True
    wbufsize = -1  # head and body in one write

    def do_GET(self):
        if self.path in ("/live", "/ready"):
            self.answer(200, {"status": "ok"})
        else:
            self.answer(404, {"error": f"no route {self.path}"})

    def do_POST(self):
        body = self.body()
        if self.path.split("?")[0] != "/predict":
            return self.answer(404, {"error": f"no route {self.path}"})
        with self.server.busy():
            try:
                request = json.loads(body)
                if "stream" in request:
                    return self.stream(int(request["stream"]))
                self.answer(200, {"sum": sum(request["numbers"])})
            except (ValueError, KeyError, TypeError) as error:
                self.answer(400, {"error": f"{type(error).__name__}: {error}"})

    def body(self):
        if "chunked" not in self.headers.get("Transfer-Encoding", ""):
            return self.rfile.read(int(self.headers.get("Content-Length", 0)))
        body = b""
        while size := int(self.rfile.readline().split(b";")[0], 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        while self.rfile.readline().strip():
            pass
        return body

    def answer(self, status, value):
        payload = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(payload)))
        self.end_headers()
        self.wfile.write(payload)
        self.wfile.flush()

    def stream(self, count):
        self.send_response(200)
        self.send_header("Content-Type", "application/x-ndjson")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for number in range(count):
            line = json.dumps({"chunk": number}).encode() + b"\n"
            self.wfile.write(b"%x\r\n%s\r\n" % (len(line), line))
            self.wfile.flush()
            time.sleep(0.2)
        self.wfile.write(b"0\r\n\r\n")
        self.wfile.flush()

    def log_message(self, format, *args):
        if self.path not in ("/live", "/ready"):
            print(format % args)


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, *args):
        super().__init__(*args)
        self.in_flight = 0
        self.changed = threading.Condition()

    def busy(self):
        return InFlight(self)


class InFlight:
    def __init__(self, server):
        self.server = server

    def __enter__(self):
        self.add(1)

    def __exit__(self, *_):
        self.add(-1)

    def add(self, count):
        with self.server.changed:
            self.server.in_flight += count
            self.server.changed.notify_all()


def main():
    server = Server(("", PORT), Handler)
    # `docker stop`: no new connections, requests in flight are finished.
    signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
    print(f"listening on port {PORT}")
    server.serve_forever(poll_interval=0.1)
    server.socket.close()
    with server.changed:
        server.changed.wait_for(lambda: server.in_flight == 0, timeout=30)
    print("stopped")


if __name__ == "__main__":
    main()
