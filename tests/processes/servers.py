"""Real Odoo servers, as they are run: with HTTP, threads for scheduled actions, and a log."""

import os
import signal
import subprocess
import urllib.request
from contextlib import suppress

from hosting import errors_in, eventually
from setup import ports


class Server:
    """An Odoo server on one database; to be used in a ``with``.

    :param words: more words of Odoo's command line
    :param variables: more variables of its environment
    """

    def __init__(self, setup, database_name, folder, *words, **variables):
        self.port = ports.free()
        self.log_file = folder / f"server-{self.port}.log"
        where = ("-d", database_name, f"--http-port={self.port}", "--http-interface=127.0.0.1")
        self.process = subprocess.Popen(
            setup.command(*where, *words),
            env=setup.environment(**variables),
            stdin=subprocess.DEVNULL,
            stderr=self.log_file.open("w"),
            start_new_session=True,
        )

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        self.kill()

    @property
    def name(self):
        """What its connections to the database are called."""
        return f"odoo-{self.process.pid}"

    def wait_until_ready(self):
        """Wait for its first answer."""
        eventually(self._answers, 120, "the first answer")
        return self

    def log(self):
        return self.log_file.read_text()

    def errors(self):
        """The errors it logged."""
        return errors_in(self.log())

    def stop(self):
        """End it in good order; returns its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(60)

    def kill(self):
        """End it as the kernel does, with the processes that it has made."""
        for pid in self.pids():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.process.wait()

    def pids(self):
        """Its process, and those that it has made: all of its session."""
        return {pid for pid in map(int, filter(str.isdigit, os.listdir("/proc"))) if self._has(pid)}

    def _has(self, pid):
        with suppress(ProcessLookupError):
            return os.getsid(pid) == self.process.pid
        return False

    def _answers(self):
        assert self.process.poll() is None, f"Odoo ended:\n{self.log()[-3000:]}"
        address = f"http://127.0.0.1:{self.port}/web/health"
        try:
            return urllib.request.urlopen(address, timeout=10).close() or True
        except OSError:
            return False
