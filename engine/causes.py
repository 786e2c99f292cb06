"""Cause chains: which step's effect led to which enrollment.

A chain is a tuple of links ``"<workflow id>:<step key>"``, oldest first. It
travels from the step to the events its writes cause, and from those events to the
enrollments they open. A step that is met again in its own chain is a loop.
"""

MAX_DEPTH = 12
_SEPARATOR = ","


def link(workflow_id, step_key):
    """The link that stands for one step of one workflow."""
    return f"{workflow_id}:{step_key}"


def chain_from_text(text):
    """The chain stored in ``text``; empty text is the empty chain."""
    return tuple(text.split(_SEPARATOR)) if text else ()


def text_from_chain(chain):
    """The inverse of :func:`chain_from_text`; the empty chain is None, as SQL stores it."""
    return _SEPARATOR.join(chain) or None


def key_of(own_link):
    """The key of the step for which a link stands.

    >>> key_of("7:a")
    'a'
    """
    return own_link.partition(":")[2]


def last_workflow_id(text):
    """The workflow of the last link of the chain stored in ``text``; None of the empty chain.

    >>> last_workflow_id("7:a,12:b"), last_workflow_id(None)
    (12, None)
    """
    chain = chain_from_text(text)
    return int(chain[-1].partition(":")[0]) if chain else None


def is_loop(chain, step_link):
    """True when the step must not act: it caused itself, or the chain is too deep.

    >>> is_loop(("7:a",), "7:b"), is_loop(("7:a",), "7:a")
    (False, True)
    """
    return step_link in chain or len(chain) >= MAX_DEPTH
