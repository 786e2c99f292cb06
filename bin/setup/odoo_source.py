"""Odoo 19 Community: the one that ODOO_PATH names, else Debian's package unpacked in the cache."""

import os
import re
from dataclasses import dataclass
from pathlib import Path

from . import cache, debian
from .errors import SetupError
from .progress import warn

SERIES = 19
PACKAGE = "19.0.0+dfsg-1"
# What Odoo's package links to. Font Awesome must be the 4.7 of Debian 12: later ones differ.
LINKED = (
    "libjs-jquery/sid",
    "libjs-underscore/sid",
    "libjs-jquery-form/sid",
    "fonts-inconsolata/sid",
    "fonts-montserrat/sid",
    "fonts-ocr-b/sid",
    "fonts-roboto-unhinted/sid",
    "fonts-glyphicons-halflings/sid",
    "fonts-font-awesome/bookworm",
)
# Debian removed this file for its licence, yet a bundle names it: each page would log an error.
REMOVED_ASSET = "odoo/addons/mail/static/lib/selfie_segmentation/selfie_segmentation.js"


@dataclass(frozen=True)
class OdooSource:
    """Where Odoo is: `python_path` makes `import odoo` work, `addons` are its add-on folders."""

    python_path: Path
    addons: tuple
    version: str


def find():
    """Return the Odoo to use."""
    named = os.environ.get("ODOO_PATH")
    if named:
        return inspect(Path(named).expanduser().resolve())
    return inspect(_unpacked() / "usr/lib/python3/dist-packages")


def inspect(path):
    """Recognise a source checkout or an installed package, and refuse any series but ours."""
    place = next((p for p in (path, path.parent) if (p / "odoo/release.py").exists()), None)
    if place is None:
        raise SetupError(
            f"ODOO_PATH is {path}, but there is no odoo/release.py in it.",
            "Let ODOO_PATH name a checkout of Odoo 19 (the folder of odoo-bin), or unset it.",
        )
    version = _version((place / "odoo/release.py").read_text())
    if version.split(".")[0] != str(SERIES):
        raise SetupError(
            f"ODOO_PATH is {path}, which holds Odoo {version}; this addon needs Odoo {SERIES}.",
            f"Let ODOO_PATH name a checkout of Odoo {SERIES}, or unset it.",
        )
    return OdooSource(place, _addons(place), version)


def _addons(place):
    """An installed package has every add-on in odoo/addons, a checkout most of them beside it."""
    bundled = place / "odoo/addons"
    return (bundled,) if (bundled / "web").is_dir() else (place / "addons", bundled)


def _version(release):
    numbers = re.search(r"version_info\s*=\s*\(\s*['\"]?(?:saas~)?(\d+)['\"]?\s*,\s*(\d+)", release)
    return ".".join(numbers.groups()) if numbers else "of an unknown version"


def _unpacked():
    path = cache.folder("odoo") / PACKAGE
    return cache.provide(path, _unpack, f"fetching Odoo {SERIES} (130 MB)")


def _unpack(path):
    archive = debian.Private(("sid", "bookworm"))
    package = f"odoo-{SERIES}={PACKAGE}"
    if not archive.has(f"odoo-{SERIES}", PACKAGE):
        package = f"odoo-{SERIES}/sid"
        warn(f"Debian has a later package of Odoo {SERIES} than {PACKAGE}; taking that one.")
    archive.unpack([package, *LINKED], path)
    asset = path / "usr/lib/python3/dist-packages" / REMOVED_ASSET
    asset.parent.mkdir(parents=True, exist_ok=True)
    asset.touch()
