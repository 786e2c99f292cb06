"""Debian packages: install them on the machine, or unpack them into a folder of the cache.

The archive is never named here: its address, its key and its proxy are those of the
machine's own package sources.
"""

import os
import re
import subprocess
from pathlib import Path

from . import cache, shell
from .errors import SetupError
from .progress import step

SOURCES = Path("/etc/apt")
NETWORK = "Check that 'apt-get update' works on this machine (network, proxy), then start again."
RELEASES = "bookworm|trixie|forky|sid|stable|testing|unstable"


def archive(sources=SOURCES):
    """Return `(address, options)` of the machine's Debian archive; options as in a one-line source.

    Other archives may use a suite of the same name, so an address that ends in `debian` wins.
    """
    found = [
        (address.rstrip("/"), options)
        for entries in _entries(sources)
        for address, suites, components, options in entries
        if "main" in components and any(re.fullmatch(RELEASES, suite) for suite in suites)
    ]
    if not found:
        raise SetupError(
            f"No Debian archive is named in {sources}/sources.list or {sources}/sources.list.d.",
            "Add Debian's main archive to the package sources, or point ODOO_PATH at Odoo 19.",
        )
    return next((entry for entry in found if entry[0].endswith("/debian")), found[0])


def _entries(sources):
    for path in sorted(sources.glob("sources.list.d/*.sources")):
        yield _deb822(path.read_text())
    for path in [sources / "sources.list", *sorted(sources.glob("sources.list.d/*.list"))]:
        if path.exists():
            yield _one_line(path.read_text())


def _deb822(text):
    """Read `Types: deb` stanzas; comments may stand between the lines."""
    text = re.sub(r"^#.*\n", "", text, flags=re.M)
    for stanza in re.split(r"\n\s*\n", text):
        values = dict(re.findall(r"^([\w-]+):[ \t]*(.*(?:\n[ \t].*)*)", stanza, flags=re.M))
        words = {name: value.split() for name, value in values.items()}
        if "deb" in words.get("Types", ()) and words.get("Enabled") != ["no"]:
            key = values.get("Signed-By", "").strip()
            options = f"[signed-by={key}]" if key.startswith("/") else ""
            for address in words.get("URIs", ()):
                yield address, words.get("Suites", ()), words.get("Components", ()), options


def _one_line(text):
    pattern = r"^deb[ \t]+(\[[^]]*\])?[ \t]*(\w+:/\S+)[ \t]+(\S+)[ \t]+(.+)$"
    for options, address, suite, components in re.findall(pattern, text, flags=re.M):
        yield address, [suite], components.split(), options


class Private:
    """Package lists of chosen suites in a folder of our own: the machine's apt stays as it is."""

    def __init__(self, suites):
        self.folder = cache.folder("apt")
        (self.folder / "lists/partial").mkdir(parents=True, exist_ok=True)
        (self.folder / "archives/partial").mkdir(parents=True, exist_ok=True)
        address, options = archive()
        lines = [f"deb {options} {address} {suite} main\n" for suite in suites]
        (self.folder / "sources.list").write_text("".join(lines))
        self.apt_get("update")

    def apt_get(self, *words, cwd=None, program="apt-get"):
        options = {
            "Dir::Etc::SourceList": self.folder / "sources.list",
            "Dir::Etc::SourceParts": "-",
            "Dir::State::Lists": self.folder / "lists",
            "Dir::Cache": self.folder,
            "APT::Sandbox::User": "root",
            "Acquire::Retries": "3",
            "Acquire::Languages": "none",
        }
        settings = [word for key, value in options.items() for word in ("-o", f"{key}={value}")]
        return shell.run([program, *settings, *words], NETWORK, cwd=cwd, name=program)

    def has(self, package, version):
        """Tell whether the archive still offers this version."""
        return f" {version} " in self.apt_get("madison", package, program="apt-cache")

    def unpack(self, packages, target):
        """Download `packages` (`name=version` or `name/suite`) and unpack them into `target`."""
        downloads = target / ".downloads"
        downloads.mkdir()
        self.apt_get("download", *packages, cwd=downloads)
        for package in sorted(downloads.glob("*.deb")):
            shell.run(["dpkg", "-x", package, target], "Start again.", name="dpkg")
            package.unlink()
        downloads.rmdir()


def install(*packages):
    """Install packages on the machine, as root or by sudo; one installation at a time."""
    with cache.lock("debian", "Debian packages"), step(f"installing {' '.join(packages)}"):
        apt_get = ("env", "DEBIAN_FRONTEND=noninteractive", "apt-get")
        administrate(*apt_get, "update", wanted=packages)
        administrate(*apt_get, "install", "-y", "--no-install-recommends", *packages)


def administrate(*command, wanted=("postgresql",)):
    """Run a command as root."""
    shell.run([*administrator(wanted), *command], NETWORK, name=f"root-{command[0]}")


def administrator(packages):
    """Return the words that make a command run as root; say so when there is no way."""
    if os.geteuid() == 0:
        return []
    if shell.found("sudo") and subprocess.run(["sudo", "-v"], check=False).returncode == 0:
        return ["sudo"]
    names = " ".join(packages)
    raise SetupError(
        f"Debian packages are missing that this user may not install: {names}.",
        f"Let an administrator run: apt-get install {names}",
    )
