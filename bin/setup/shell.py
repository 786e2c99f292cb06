"""Run other programs quietly, and show their last words when they fail."""

import os
import shutil
import subprocess

from . import cache
from .errors import SetupError, disk_full

LAST_WORDS = 15


def run(command, cure, env=None, cwd=None, name=None):
    """Run `command` to its end and return what it printed; a failure names the cure.

    The whole output is kept in the cache under `logs/NAME.log`.
    """
    command = [str(part) for part in command]
    name = name or os.path.basename(command[0])
    done = subprocess.run(
        command,
        env=env,
        cwd=cwd,
        text=True,
        errors="replace",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    log = cache.folder("logs") / f"{name}.log"
    log.write_text(f"$ {' '.join(command)}\n{done.stdout}")
    if done.returncode:
        raise failure(name, done, log, cure)
    return done.stdout


def failure(name, done, log, cure):
    if "No space left on device" in done.stdout:
        return disk_full(cache.root())
    words = "\n    ".join(done.stdout.strip().splitlines()[-LAST_WORDS:])
    return SetupError(f"{name} failed (whole output: {log}):\n    {words}", cure)


def found(program):
    """Tell whether a program is on the PATH."""
    return shutil.which(program) is not None
