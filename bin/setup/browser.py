"""The browser that runs tours and front-end tests: a Chromium of the machine, else Debian's."""

from . import debian, shell
from .errors import SetupError

NAMES = ("google-chrome", "chromium", "chromium-browser", "google-chrome-stable")


def ensure():
    """Make sure that Odoo's test runner finds a browser: without one it would skip its tests."""
    if not any(map(shell.found, NAMES)):
        debian.install("chromium")
    if not any(map(shell.found, NAMES)):
        raise SetupError(
            "There is no Chromium on the PATH, so tours and front-end tests cannot run.",
            "Install one (apt-get install chromium), then start again.",
        )
