"""Relative dates in words."""

from ..engine.relative_dates import closed_period, open_period


def tell_period(env, label, start, end):
    """ "Deadline is in the next 7 days"; None when the bounds are of no period with a name."""
    period = closed_period(start, end)
    if period is None:
        return None
    name, amount, unit = period
    sentence = {
        "next": env._("%(field)s is in the next %(time)s"),
        "last": env._("%(field)s is in the last %(time)s"),
        "today": env._("%(field)s is today"),
        "last 7 days": env._("%(field)s is in the 7 days before today"),
        "last 30 days": env._("%(field)s is in the 30 days before today"),
        "month to date": env._("%(field)s is in this month so far"),
        "last month": env._("%(field)s is in last month"),
        "year to date": env._("%(field)s is in this year so far"),
        "last 12 months": env._("%(field)s is in the 12 months before this one"),
    }[name]
    return sentence % {"field": label, "time": _time(env, amount, unit)}


def tell_open_period(env, label, operator, value):
    """ "Deadline was more than 30 days ago"; None for any other condition."""
    period = open_period(operator, value)
    if period is None:
        return None
    name, amount, unit = period
    sentence = {
        "ago": env._("%(field)s was more than %(time)s ago"),
        "ahead": env._("%(field)s is in more than %(time)s"),
    }[name]
    return sentence % {"field": label, "time": _time(env, amount, unit)}


def _time(env, amount, unit):
    if unit is None:
        return ""
    singular, plural = {
        "d": (env._("%s day", amount), env._("%s days", amount)),
        "w": (env._("%s week", amount), env._("%s weeks", amount)),
        "m": (env._("%s month", amount), env._("%s months", amount)),
    }[unit]
    return singular if amount == 1 else plural
