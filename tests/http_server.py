"""A web service of one's own for tests: real HTTP on 127.0.0.1, answering as it is told to."""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple


class Received(NamedTuple):
    """A request as it arrived; names of headers are in lower case."""

    method: str
    path: str
    headers: dict
    body: bytes

    @property
    def json(self):
        return json.loads(self.body)


class Service:
    """Answers requests in turn with the replies given, and the last one from then on.

    A reply is a status, a tuple (status, body, headers), or a function that is given the
    handler and does what it likes.
    """

    def __init__(self, *replies, port=0):
        self.replies = list(replies) or [200]
        self.received = []
        self._lock = threading.Lock()
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                length = int(self.headers.get("Content-Length") or 0)
                headers = {name.lower(): value for name, value in self.headers.items()}
                request = Received(self.command, self.path, headers, self.rfile.read(length))
                service._reply(request, self)

            do_GET = do_PUT = do_PATCH = do_DELETE = do_POST

            def log_message(self, *_arguments):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self._server.daemon_threads = True
        self._server.handle_error = lambda *_arguments: None  # a caller that hangs up is no error
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.02,), daemon=True
        )

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_error):
        self._server.shutdown()
        self._server.server_close()

    @property
    def port(self):
        return self._server.server_address[1]

    def url(self, path="/hook", host="127.0.0.1"):
        return f"http://{host}:{self.port}{path}"

    def _reply(self, request, handler):
        with self._lock:
            self.received.append(request)
            reply = self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]
        if callable(reply):
            reply(handler)
            return
        status, body, headers = reply if isinstance(reply, tuple) else (reply, b"", {})
        answer(handler, status, body, headers)


def answer(handler, status, body=b"", headers=()):
    """Answer as one should."""
    handler.send_response(status)
    for name, value in dict(headers).items():
        handler.send_header(name, value)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


def redirect(location, status=307):
    """A reply that sends the caller elsewhere."""
    return status, b"", {"Location": location}


def hang(seconds):
    """A reply that does not come."""
    return lambda handler: time.sleep(seconds)


def drip(seconds, gap=0.05):
    """A reply whose bytes come one by one, each in time."""

    def reply(handler):
        handler.send_response(200)
        handler.end_headers()
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            handler.wfile.write(b".")
            handler.wfile.flush()
            time.sleep(gap)

    return reply


def drip_headers(seconds, gap=0.05):
    """A reply that does not come to the end of its first line."""

    def reply(handler):
        end = time.monotonic() + seconds
        handler.wfile.write(b"HTTP/1.1 200 O")
        while time.monotonic() < end:
            handler.wfile.write(b"K")
            handler.wfile.flush()
            time.sleep(gap)

    return reply


def garbage(handler):
    """A reply that is no HTTP."""
    handler.wfile.write(b"\x00\xff no HTTP at all\r\n\r\n")


def close_early(handler):
    """A reply that breaks off before its end."""
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(b"half")
