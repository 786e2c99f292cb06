"""The virtual environment of Odoo and the tests, and the wheels of OCA's helpdesk and job queue."""

import sys
import zipfile
from pathlib import Path

from . import cache, debian, shell
from .errors import SetupError

HERE = Path(__file__).parent
REQUIREMENTS = (HERE / "requirements-odoo.txt", HERE / "requirements-test.txt")
OCA_WHEELS = ("odoo-addon-helpdesk-mgmt==19.0.1.3.2", "odoo-addon-queue-job==19.0.2.4.0.1")
OLDEST_PYTHON = (3, 10)
NETWORK = "Check that 'pip download six' works on this machine (network, proxy), then start again."


def python():
    """Return the interpreter of the virtual environment, built anew when a requirement changes."""
    if sys.version_info < OLDEST_PYTHON:
        raise SetupError(
            f"This is Python {sys.version.split()[0]}; Odoo 19 needs 3.10 or later.",
            "Start the command with a later python3 first on the PATH.",
        )
    texts = [path.read_text() for path in REQUIREMENTS]
    path = cache.folder("venv") / cache.stamp(sys.version, sys.base_prefix, *texts)
    cache.provide(path, _build, "building the Python environment")
    return path / "bin/python"


def _build(path):
    try:
        import ensurepip  # noqa: F401, PLC0415 - Debian ships it apart
    except ImportError:
        debian.install("python3-venv")
    shell.run([sys.executable, "-m", "venv", path], "Start again.", name="venv")
    files = [word for file in REQUIREMENTS for word in ("-r", file)]
    shell.run(
        [path / "bin/python", "-m", "pip", "install", "--no-input", *files], NETWORK, name="pip"
    )


def oca_addons():
    """Return the folder of the OCA add-ons, unpacked from their wheels."""
    path = cache.folder("oca") / cache.stamp(*OCA_WHEELS)
    return (
        cache.provide(path, _unpack_wheels, "fetching OCA's helpdesk and job queue") / "odoo/addons"
    )


def _unpack_wheels(path):
    """A wheel is only unpacked: its requirements name an Odoo that no index has."""
    pip = [python(), "-m", "pip", "download", "--no-input", "--no-deps", "-d", path / ".wheels"]
    shell.run([*pip, *OCA_WHEELS], NETWORK, name="pip-download")
    for wheel in (path / ".wheels").glob("*.whl"):
        zipfile.ZipFile(wheel).extractall(path)
