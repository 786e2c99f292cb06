"""Databases that a test may upgrade, uninstall from, copy and drop, by Odoo's own command lines."""

from dataclasses import dataclass
from itertools import count
from pathlib import Path

from database import Database
from hosting import Host, errors_in
from setup import databases
from setup.command import ADDON, Setup

_NUMBERS = count(1)


@dataclass
class Life:
    """One database of a test's own, and what is done to it from outside."""

    setup: Setup
    name: str
    folder: Path

    def __post_init__(self):
        self.hosts, self.asked, self.copies = [], None, []

    def host(self):
        """Odoo, loaded with what is installed now."""
        folder = self.folder / f"host-{next(_NUMBERS)}"
        folder.mkdir()
        self.hosts.append(Host(self.setup, self.name, folder))
        return self.hosts[-1]

    @property
    def database(self):
        """The database, to be asked directly."""
        self.asked = self.asked or Database(self.setup, self.name)
        return self.asked

    def odoo(self, *words):
        """Run a command line of Odoo to its end; it must log no error of ours. Returns its log."""
        log = self.setup.run_odoo(f"life-{self.name}", *words)
        errors = [error for error in errors_in(log) if not _is_of_others(error)]
        assert not errors, errors[:3]
        return log

    def upgrade(self):
        """Bring the add-on up to date, as for a new version."""
        return self.odoo("-d", self.name, "-u", ADDON, *databases.QUIET)

    def install(self, module=ADDON):
        """Install a module."""
        return self.odoo("-d", self.name, "-i", module, *databases.QUIET)

    def uninstall(self, module=ADDON):
        """Uninstall a module, as the button does, with all that depends on it."""
        self.leave()
        return self.odoo("module", "uninstall", "-d", self.name, module)

    def leave(self):
        """End our own processes and connections."""
        while self.hosts:
            self.hosts.pop().stop()
        if self.asked:
            self.asked.close()
        self.asked = None

    def another(self, name):
        """A database that this one's commands make; dropped at the end."""
        self.copies.append(Life(self.setup, name, self.folder))
        return self.copies[-1]

    def drop(self):
        """Leave nothing behind."""
        for copy in self.copies:
            copy.drop()
        self.leave()
        databases.drop(self.setup, self.name)


def _is_of_others(error):
    """Odoo logs a "bad query" for each row of an app that another row of it keeps from going."""
    return error.startswith("bad query") and "workflow" not in error


def begin(setup, source, folder):
    """A copy of the database ``source``."""
    name = f"{source}_{next(_NUMBERS)}"
    databases.copy(setup, source, name)
    return Life(setup, name, folder)
