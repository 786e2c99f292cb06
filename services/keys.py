"""Keys: names that steps, paths and triggers keep through edits, versions and export."""

from uuid import uuid4


def new_key():
    """A key that no other step, path or trigger has."""
    return uuid4().hex[:12]
