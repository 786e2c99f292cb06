"""What a piece of Python reads, without running it."""

import ast


def names_set(code, holder):
    """The names under which ``code`` puts something into the dictionary ``holder``.

    >>> names_set("outputs['total'] = outputs['vat'] = 1", "outputs")
    ['total', 'vat']
    """
    found = [
        node.slice.value
        for node in ast.walk(_tree(code))
        if isinstance(node, ast.Subscript)
        and isinstance(node.ctx, ast.Store)
        and isinstance(node.value, ast.Name)
        and node.value.id == holder
        and isinstance(node.slice, ast.Constant)
        and isinstance(node.slice.value, str)
    ]
    return list(dict.fromkeys(found))


def reads(code, name):
    """True when ``code`` reads the variable ``name``; code that does not parse reads nothing.

    >>> reads("record.write({})", "record"), reads("records.write({})", "record")
    (True, False)
    >>> reads("for record in records: record.check()", "record")
    False
    """
    nodes = ast.walk(_tree(code))
    found = [node for node in nodes if isinstance(node, ast.Name) and node.id == name]
    return bool(found) and not any(isinstance(node.ctx, ast.Store) for node in found)


def _tree(code):
    try:
        return ast.parse((code or "").strip())
    except (SyntaxError, ValueError, RecursionError):
        return ast.Module([], [])
