"""Processes: what others have published while this one is at work."""


def catch_up(env):
    """Forget what is kept in memory and has changed since; to be called between transactions.

    Odoo asks at the beginning of a run alone, and a run takes many seconds: a workflow that is
    published meanwhile would be held against no fact, and what steps change would not be noted.
    """
    if env.registry.check_signaling() is not env.registry:
        env.transaction.reset()
