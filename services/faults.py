"""What can go wrong with a step, by what is to be done about it."""

import psycopg2
from psycopg2 import errors

from odoo.exceptions import AccessError, UserError

from ..engine.errors import RetryLater
from ..engine.payload import storable

#: The transaction lost a race: roll all of it back and try again; nothing is wrong with the step.
CONCURRENCY = (errors.SerializationFailure, errors.DeadlockDetected, errors.LockNotAvailable)

#: The world outside faltered: the same records may succeed later.
TRANSIENT = (RetryLater, psycopg2.OperationalError, ConnectionError, TimeoutError)


#: Of no record: the database cannot be reached, cannot write, or is not what the code expects.
EVERYBODY = (psycopg2.OperationalError, psycopg2.InterfaceError, psycopg2.ProgrammingError)


class TooLong(Exception):
    """A step was cut off because it did not come to an end."""


def is_transient(error):
    """True when trying the same again later may succeed."""
    if isinstance(error, TooLong):
        return False
    return any(isinstance(link, TRANSIENT) for link in links(error))


def is_concurrency(error):
    """True when the failure is a lost race, however it was wrapped on its way."""
    return any(isinstance(link, CONCURRENCY) for link in links(error))


def is_everybodys(error):
    """True when no record is to blame, so that all would fail alike."""
    return any(isinstance(link, EVERYBODY) for link in links(error))


def is_lock(error):
    """True when the race was lost by waiting for a row that somebody else holds."""
    return any(isinstance(link, errors.LockNotAvailable) for link in links(error))


def describe(error):
    """The cause in words for people: message without traceback, class where it tells more."""
    text = storable(str(error).strip()) or type(error).__name__
    if isinstance(error, UserError | AccessError | RetryLater | TooLong):
        return text
    return f"{type(error).__name__}: {text}"


def missing_app(env, model_name):
    """The error of a workflow whose kind of record is gone."""
    return UserError(
        env._(
            "The app that brings %s is not installed any more: install it again, then edit the "
            "workflow and publish it, or turn it off.",
            model_name,
        )
    )


def links(error):
    """The error and what it came from, back to the first."""
    seen = []
    while error is not None and error not in seen:
        seen.append(error)
        error = error.__cause__ or error.__context__
    return seen
