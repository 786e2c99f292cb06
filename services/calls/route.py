"""The way to a service: its name is looked up once, and what was checked is what is connected to.

Otherwise a name that leads to a public address when it is checked could lead into the own
network a moment later.
"""

import socket
import threading
import time
from contextlib import suppress

import urllib3
from requests.adapters import HTTPAdapter

from ...engine.call_address import destination_of, refusal
from ...engine.errors import CallError

CONNECT_SECONDS = 3
ANSWER_SECONDS = 30


class NoConnection(Exception):
    """None of the addresses took the connection; nothing has been sent."""


class Deadline:
    """Ends a call that takes too long as a whole, though each of its bytes came in time.

    At the deadline the connection is cut, so that whoever reads from it goes on at once.
    """

    def __init__(self, seconds):
        self.end = time.monotonic() + seconds
        self.passed = False
        self._guards = []
        self._timer = threading.Timer(seconds, self._cut)
        self._timer.daemon = True

    def __enter__(self):
        self._timer.start()
        return self

    def __exit__(self, *_error):
        self._timer.cancel()
        for guard in self._guards:
            guard.close()

    def left(self):
        """Seconds, at least a few milliseconds."""
        return max(self.end - time.monotonic(), 0.01)

    def watch(self, connection):
        """Cut this connection as well. Encryption takes the socket over, so it is duplicated."""
        self._guards.append(connection.dup())

    def _cut(self):
        self.passed = True
        for guard in self._guards:
            with suppress(OSError):  # the other side was faster
                guard.shutdown(socket.SHUT_RDWR)


def addresses_of(url, allowed):
    """Where to connect to for a URL: results of ``getaddrinfo``, all of them checked.

    :raise CallError: when the URL, or one of the addresses, is none to send to
    :raise OSError: when the name leads nowhere
    """
    destination = destination_of(url)
    found = socket.getaddrinfo(destination.host, destination.port, type=socket.SOCK_STREAM)
    reason = refusal(destination, [place[4][0] for place in found], allowed)
    if reason:
        raise CallError(reason, destination.host)
    return found


class PinnedAdapter(HTTPAdapter):
    """Connects to addresses that are given, whatever the host is called; uses no proxy.

    The host's name still stands in the header and is what its certificate must name.
    """

    def __init__(self, addresses, deadline):
        self._addresses = addresses
        self._deadline = deadline
        super().__init__(max_retries=0)

    def init_poolmanager(self, *args, **options):  # pylint: disable=missing-return
        super().init_poolmanager(*args, **options)
        self.poolmanager.pool_classes_by_scheme = {
            "http": self._pool(urllib3.HTTPConnectionPool),
            "https": self._pool(urllib3.HTTPSConnectionPool),
        }

    def send(self, request, **options):
        timeout = urllib3.Timeout(
            connect=min(CONNECT_SECONDS, self._deadline.left()),
            read=min(ANSWER_SECONDS, self._deadline.left()),
        )
        return super().send(request, **{**options, "timeout": timeout, "proxies": {}})

    def _pool(self, pool_class):
        adapter = self

        class Connection(pool_class.ConnectionCls):
            def _new_conn(self):
                return adapter._connect()

        class Pool(pool_class):
            ConnectionCls = Connection

        return Pool

    def _connect(self):
        """A connection to the first of the addresses that answers."""
        error = None
        for family, kind, protocol, _name, address in self._addresses:
            candidate = socket.socket(family, kind, protocol)
            try:
                candidate.settimeout(min(CONNECT_SECONDS, self._deadline.left()))
                candidate.connect(address)
            except OSError as failure:
                candidate.close()
                error = failure
                continue
            candidate.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._deadline.watch(candidate)
            return candidate
        raise NoConnection from error
