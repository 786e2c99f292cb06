"""A load balancer before servers: each connection goes to the next of those that answer."""

import itertools
import socket
import threading
import time

PIECE = 65536


class Balancer:
    """Hands each connection to its port on to one of several others; to be used in a ``with``.

    ``ports`` are those of the servers; who calls before there is one waits.
    """

    def __init__(self):
        self.ports = []
        self._turns = itertools.count()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        self._listener.close()

    def _accept(self):
        while True:
            try:
                client, _address = self._listener.accept()
            except OSError:
                return
            server = self._next_server()
            for one, other in ((client, server), (server, client)):
                threading.Thread(target=_hand_on, args=(one, other), daemon=True).start()

    def _next_server(self):
        while True:
            if not self.ports:
                time.sleep(0.05)
                continue
            port = self.ports[next(self._turns) % len(self.ports)]
            try:
                return socket.create_connection(("127.0.0.1", port))
            except OSError:
                time.sleep(0.05)


def _hand_on(one, other):
    """Until one of them hangs up."""
    try:
        while data := one.recv(PIECE):
            other.sendall(data)
    except OSError:
        pass
    finally:
        for side in (one, other):
            side.close()
