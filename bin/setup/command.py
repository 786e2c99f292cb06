"""What every command starts with: Odoo, its environment and a database server, ready to use."""

import os
import signal
import subprocess
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from . import cache, environment, odoo_source, postgres, shell

ADDON = "crm_workflow"
LAUNCHER = Path(__file__).parent / "launcher"


@dataclass(frozen=True)
class Setup:
    """The parts of the set-up, and Odoo's command line inside of it."""

    odoo: odoo_source.OdooSource
    python: Path
    oca: Path
    addons: Path
    data_dir: Path
    server: postgres.Server

    def command(self, *words):
        """Return Odoo's command line; `environment` holds the settings that go with it."""
        return [str(self.python), str(LAUNCHER), *map(str, words)]

    def environment(self, **more):
        """Return its variables: ODOO_RC serves each sub-command, unlike the option -c."""
        return {
            **self.server.environment(),
            "ODOO_RC": str(self.configuration),
            "PYTHONPATH": str(self.odoo.python_path),
            "PYTHONUNBUFFERED": "1",
            "PYTHONDONTWRITEBYTECODE": "1",
            **more,
        }

    def run_odoo(self, name, *words, env=None):
        """Run Odoo to its end and return what it printed, kept as `logs/odoo-NAME.log`."""
        cure = "Read the log; most often an add-on has a defect. 'bin/run --reset' starts anew."
        return shell.run(
            self.command(*words), cure, env=env or self.environment(), name=f"odoo-{name}"
        )

    @property
    def addons_path(self):
        return ",".join(map(str, (*self.odoo.addons, self.oca, self.addons)))

    @property
    def configuration(self):
        return self.addons.parent / "odoo.conf"

    def write_configuration(self):
        """Write the file that every command of this checkout reads."""
        options = {
            "addons_path": self.addons_path,
            "data_dir": self.data_dir,
            "list_db": False,
            "smtp_server": "127.0.0.1",
            "smtp_port": 1,
            **self.server.odoo_settings(),
        }
        lines = [f"{key} = {value}\n" for key, value in options.items()]
        part = self.configuration.with_suffix(f".part{os.getpid()}")
        part.write_text("[options]\n" + "".join(lines))
        part.chmod(0o600)
        part.replace(self.configuration)


@contextmanager
def prepared():
    """Yield the set-up with its server running."""
    odoo, python, oca = odoo_source.find(), environment.python(), environment.oca_addons()
    with postgres.running() as server:
        setup = Setup(odoo, python, oca, link(), cache.folder("data"), server)
        setup.write_configuration()
        yield setup


def link():
    """Return the add-ons folder of this checkout: Odoo takes a module's name from its folder."""
    folder = cache.folder(cache.checkout(), "addons")
    target = folder / ADDON
    if not (target.is_symlink() and target.resolve() == cache.REPOSITORY):
        target.unlink(missing_ok=True)
        target.symlink_to(cache.REPOSITORY)
    return folder


def interact(command, env):
    """Run a program in the foreground: Ctrl-C goes to it, and its exit code comes back."""
    process = subprocess.Popen(command, env=env)
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    forward = signal.signal(signal.SIGTERM, lambda *_: process.terminate())
    try:
        return process.wait()
    finally:
        signal.signal(signal.SIGINT, before)
        signal.signal(signal.SIGTERM, forward)
