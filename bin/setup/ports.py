"""TCP ports of this machine."""

import socket

from .errors import SetupError


def free():
    """Return a port that nobody uses at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def check(port):
    """Refuse a port that is taken, before anything else is done."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except (OSError, OverflowError) as error:
            raise SetupError(
                f"Port {port} cannot be used ({getattr(error, 'strerror', error)}).",
                f"Stop the program that uses it, or choose another one: bin/run --port {port + 1}",
            ) from error
