"""A load balancer before servers: each connection goes to the next of those that answer."""

import itertools
import socket
import time

from proxy import Proxy

PAUSE = 0.05


class Balancer(Proxy):
    """A proxy before several ports of this machine; to be used in a ``with``.

    ``ports`` are those of the servers; who calls before there is one waits.
    """

    def __init__(self):
        self.ports = []
        self._turns = itertools.count()
        super().__init__(target=None)

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        self.stop()

    def _connect(self):
        while True:
            for _port in self.ports:
                port = self.ports[next(self._turns) % len(self.ports)]
                try:
                    return socket.create_connection(("127.0.0.1", port))
                except OSError:
                    continue
            time.sleep(PAUSE)
