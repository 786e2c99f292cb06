"""Reasons: short codes in the database, words for people."""


def reason_label(env, reason):
    """What a reason code means to people; other reasons are told in words already."""
    return {
        "manual": env._("Taken out by hand"),
        "record_deleted": env._("The record was deleted"),
        "turned_off": env._("The workflow was turned off"),
        "new_version": env._("A new version was published"),
    }.get(reason, reason)
