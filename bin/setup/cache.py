"""The cache folder: everything the set-up fetches or builds, outside the repository.

Each item lives in a folder whose name holds its version, and counts only once the file
`.complete` lies in it. An interrupted start leaves a folder without that file; the next
start removes it and builds anew. A lock per item lets only one start build at a time.
"""

import errno
import fcntl
import hashlib
import os
import shutil
from contextlib import contextmanager
from pathlib import Path

from .errors import SetupError
from .progress import say, step

REPOSITORY = Path(__file__).resolve().parents[2]
COMPLETE = ".complete"


def root():
    """Return the cache folder: the environment's word, else the usual place of the user."""
    named = os.environ.get("CRM_WORKFLOW_CACHE")
    if named:
        return Path(named).expanduser().resolve()
    if os.geteuid() == 0:
        return Path("/var/cache/crm_workflow")  # the postgres user must reach it
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "crm_workflow"


def folder(*parts):
    """Return a folder of the cache, made if need be."""
    path = root().joinpath(*parts)
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise
        raise SetupError(
            f"The cache folder {path} cannot be written: {error.strerror}.",
            "Let CRM_WORKFLOW_CACHE name a folder that you may write to.",
        ) from error
    return path


def stamp(*parts):
    """Return a short name that changes whenever one of the parts does."""
    return hashlib.sha256("\0".join(map(str, parts)).encode()).hexdigest()[:12]


def checkout():
    """Return the folder of this checkout: two checkouts share the cache, not their links."""
    return folder("checkouts", stamp(REPOSITORY))


def provide(path, build, what):
    """Return `path` after `build(path)` has filled it once; the rest of the time at once."""
    if (path / COMPLETE).exists():
        return path
    with lock(f"{path.parent.name}-{path.name}", what):
        if (path / COMPLETE).exists():
            return path
        shutil.rmtree(path, ignore_errors=True)
        path.mkdir(parents=True)
        with step(what):
            build(path)
        (path / COMPLETE).touch()
    return path


@contextmanager
def lock(name, what):
    """Hold the lock `name`; whoever comes second says so and waits. Ends with the process."""
    with (folder("locks") / f"{name}.lock").open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say(f"→ another start is at work ({what}): waiting for it …")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
