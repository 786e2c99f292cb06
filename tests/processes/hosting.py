"""The tests' end of ``forks.py``: start verbs in processes, kill them, wait for them."""

import itertools
import json
import os
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from setup.testing.server_log import records

HERE = Path(__file__).parent
#: Seconds that a process is waited for, however busy the machine is.
PATIENCE = 300
#: What Odoo logs when people write the same rows at once, and are tried again.
RACES_OF_PEOPLE = ("could not serialize access", "deadlock detected")


def eventually(condition, seconds, what):
    """Return the first true value of ``condition()``; fail when that takes longer."""
    ends = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        assert time.monotonic() < ends, f"{what}: not within {seconds} s"
        time.sleep(0.01)


def errors_in(log):
    """The records of a log that are errors."""
    return [text for level, _logger, text in records(log) if level in ("ERROR", "CRITICAL")]


class Host:
    """Odoo with one database loaded, from which workers are forked."""

    def __init__(self, setup, database, folder, *options):
        self.folder = folder
        self.numbers = itertools.count(1)
        self.log = folder / "host.log"
        self.process = subprocess.Popen(
            [setup.python, HERE / "forks.py", database, *options],
            env=setup.environment(),
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.log.open("w"),
        )
        self._answer()

    def _answer(self):
        line = self.process.stdout.readline()
        assert line, f"Odoo ended:\n{self.log.read_text()[-3000:]}"
        return json.loads(line)

    def _ask(self, **request):
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()
        return self._answer()

    def start(self, verb, **arguments):
        """Start a verb in a process of its own."""
        output = self.folder / f"{next(self.numbers)}-{verb}"
        pid = self._ask(verb=verb, arguments=arguments, output=str(output))
        return Worker(self, pid, output)

    def call(self, verb, may_log=(), **arguments):
        """Run a verb to its end, and return what it returned."""
        return self.start(verb, **arguments).result(may_log=may_log)

    def poll(self, pid):
        return self._ask(poll=pid)

    def stop(self):
        self.process.stdin.close()
        self.process.wait(30)


@dataclass
class Worker:
    """One process at work."""

    host: Host
    pid: int
    output: Path
    code: int | None = None

    def poll(self):
        """The exit code, or None while it runs."""
        if self.code is None:
            self.code = self.host.poll(self.pid)
        return self.code

    def wait(self, seconds=PATIENCE):
        """The exit code, once it has ended."""
        eventually(lambda: self.poll() is not None, seconds, f"the end of {self.output.name}")
        return self.code

    def kill_at_once(self):
        """End it as the kernel does: without a chance to tidy up."""
        os.kill(self.pid, signal.SIGKILL)

    def kill(self):
        """The same, and wait for its end."""
        self.kill_at_once()
        self.wait()

    def errors(self):
        """The errors it logged."""
        return errors_in(self.log())

    def log(self):
        return self.output.with_suffix(".log").read_text()

    def result(self, seconds=PATIENCE, may_log=()):
        """What the verb returned; fails when it did not end well, or logged an error.

        :param may_log: texts of errors that the test itself brings about
        """
        assert self.wait(seconds) == 0, self.log()[-3000:]
        strange = [error for error in self.errors() if not any(text in error for text in may_log)]
        assert not strange, strange[:3]
        return json.loads(self.output.with_suffix(".json").read_text())
