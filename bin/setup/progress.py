"""One line per step, with its duration, so that nobody wonders whether it still works."""

import sys
import time
from contextlib import contextmanager


def say(text):
    print(text, flush=True)


@contextmanager
def step(text):
    """Announce a step that may take long; tell the seconds when it ends well."""
    say(f"→ {text} …")
    started = time.monotonic()
    yield
    say(f"  done in {time.monotonic() - started:.0f} s: {text}")


def warn(text):
    print(f"warning: {text}", file=sys.stderr, flush=True)
