"""Several processes that serve one queue, each loaded before the clock starts.

Run as a program, it is one of them: ``crew.py DATABASE`` answers "ready", then serves its lane
once for every line "lane lanes" it reads, until nobody is due.
"""

import logging
import subprocess
import sys

from odoo import SUPERUSER_ID, api
from odoo.modules.module import initialize_sys_path
from odoo.modules.registry import Registry
from odoo.tools import config


class Crew:
    """So many processes on a database."""

    def __init__(self, database, size):
        self._members = [self._start(database) for _number in range(size)]
        for member in self._members:
            _expect(member)

    @staticmethod
    def _start(database):
        words = [sys.executable, __file__, database]
        return subprocess.Popen(words, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def serve(self, lanes):
        """Let the first of them serve so many lanes, side by side, to the end."""
        busy = self._members[:lanes]
        for lane, member in enumerate(busy):
            member.stdin.write(f"{lane} {lanes}\n")
            member.stdin.flush()
        for member in busy:
            _expect(member)

    def dismiss(self):
        """End them all."""
        for member in self._members:
            member.stdin.close()
            member.wait()


def _expect(member):
    if member.stdout.readline() != "ready\n":
        raise RuntimeError("a worker has ended; its output is above")


def _say_ready():
    sys.stdout.write("ready\n")
    sys.stdout.flush()


def main(database):
    config.parse_config("--log-level=error --max-cron-threads=0".split())
    logging.getLogger("odoo.addons.crm_workflow").setLevel(logging.ERROR)
    initialize_sys_path()
    registry = Registry(database)
    _say_ready()
    for line in sys.stdin:
        lane, lanes = map(int, line.split())
        with registry.cursor() as cr:
            api.Environment(cr, SUPERUSER_ID, {})["crm.workflow"]._cron_run(lane, lanes)
        _say_ready()


if __name__ == "__main__":
    main(sys.argv[1])
