"""`bin/test --soak`: the same tests with more records and more faults, and time for them."""

import os

#: The environment variable that tells the tests.
SOAK = "CRM_WORKFLOW_SOAK"
_TIMES_AS_LONG = 24


def longest(seconds):
    """Return how long a part may take: a run that hangs is stopped in the end."""
    return seconds * (_TIMES_AS_LONG if os.environ.get(SOAK) else 1)
