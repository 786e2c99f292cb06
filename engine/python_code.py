"""What a piece of Python reads, without running it."""

import ast


def reads(code, name):
    """True when ``code`` reads the variable ``name``; code that does not parse reads nothing.

    >>> reads("record.write({})", "record"), reads("records.write({})", "record")
    (True, False)
    >>> reads("for record in records: record.check()", "record")
    False
    """
    try:
        tree = ast.parse((code or "").strip())
    except (SyntaxError, ValueError, RecursionError):
        return False
    found = [node for node in ast.walk(tree) if isinstance(node, ast.Name) and node.id == name]
    return bool(found) and not any(isinstance(node.ctx, ast.Store) for node in found)
