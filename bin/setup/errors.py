"""Errors a person can act on: what is wrong, and what to do about it."""

import signal
import sys


class SetupError(Exception):
    """Something outside the project stands in the way.

    `problem` says what is wrong in one sentence, `cure` what to do. The commands print
    both and no traceback; any other exception is a defect of the set-up and shows one.
    """

    def __init__(self, problem, cure):
        super().__init__(problem)
        self.problem = problem
        self.cure = cure

    def __str__(self):
        return f"{self.problem}\n  What to do: {self.cure}"


def disk_full(place):
    return SetupError(
        f"The disk that holds {place} is full.",
        "Free about 4 GB, or let CRM_WORKFLOW_CACHE name a folder on another disk.",
    )


def guarded(main):
    """Run a command's `main` and turn its end into an exit code; a signal ends it in good order."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    try:
        return main() or 0
    except SetupError as error:
        print(f"\nerror: {error}", file=sys.stderr)
    except OSError as error:
        if error.errno != 28:
            raise
        print(f"\nerror: {disk_full(error.filename or 'the cache')}", file=sys.stderr)
    except KeyboardInterrupt:
        print("\nstopped", file=sys.stderr)
        return 130
    return 1


def _interrupt(*_):
    raise KeyboardInterrupt
