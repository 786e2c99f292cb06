"""A TCP proxy before PostgreSQL whose line can be slow, silent or cut."""

import select
import socket
import struct
import threading
import time

#: With this a socket is closed by a reset, and what was on its way is lost.
RESET = struct.pack("ii", 1, 0)


class Proxy:
    """Hands on what arrives on a port of this machine to the socket of a server.

    ``delay`` are seconds that each piece takes.
    """

    def __init__(self, target):
        self.target = target
        self.delay = 0
        self._pairs, self._silent = [], set()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                client, _address = self._listener.accept()
            except OSError:
                return
            try:
                server = self._connect()
            except OSError:  # the server is away
                client.close()
                continue
            self._pairs.append((client, server))
            threading.Thread(target=self._hand_on, args=(client, server), daemon=True).start()

    def _connect(self):
        """A connection to the server."""
        server = socket.socket(socket.AF_UNIX)
        server.connect(self.target)
        return server

    def _hand_on(self, client, server):
        other = {client: server, server: client}
        try:
            while True:
                for side in select.select(list(other), [], [])[0]:
                    data = side.recv(65536)
                    if not data:
                        return
                    time.sleep(self.delay)
                    if server not in self._silent:
                        other[side].sendall(data)
        except (OSError, ValueError):
            return
        finally:
            # Of an end that goes away behind a dead line, the other learns nothing.
            if server not in self._silent:
                client.close()
                server.close()

    def silence(self):
        """Nothing goes through the connections there are, and neither end is told.

        What a cable does that is pulled out; others may connect meanwhile.
        """
        self._silent.update(server for _client, server in self._pairs)

    def cut(self):
        """Reset every connection, on both ends."""
        for client, server in self._pairs:
            for side in (client, server):
                try:
                    if side.family == socket.AF_INET:
                        side.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
                    side.shutdown(socket.SHUT_RDWR)
                    side.close()
                except OSError:
                    continue
        self._pairs.clear()

    def stop(self):
        self._listener.close()
        self.cut()
