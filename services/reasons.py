"""Reasons: short codes in the database, words for people."""


def reason_label(env, reason):
    """What a reason code means to people; other reasons are told in words already."""
    return reason_labels(env).get(reason, reason)


def reason_labels(env):
    """What the workflow itself notes, and what that means to people: {code: words}."""
    return {
        "manual": env._("Taken out by hand"),
        "dropped": env._("Dropped before a step that waits for a person"),
        "record_deleted": env._("The record was deleted"),
        "turned_off": env._("The workflow was turned off"),
        "new_version": env._("A new version was published"),
        "unmatched": env._("It no longer matched who enters"),
        "criteria": env._("It matched a condition to leave"),
        "goal": env._("It reached the goal"),
        "elsewhere": env._("It entered another workflow"),
        "suppressed_criteria": env._("It is suppressed by a condition"),
        "suppressed_tag": env._("It is suppressed by a tag"),
        "suppressed_blacklist": env._("Its e-mail address is blacklisted"),
        "suppressed_mailing_list": env._("Its e-mail address is on a mailing list to leave out"),
        "no_date": env._("It has no date to wait for"),
        "copy_paused": env._("This database is a copy. Resume the workflow to let it act here."),
        "copy_cancelled": env._("This database is a copy: its original makes the call."),
        "merged": env._("The record was merged into one that is inside as well"),
    }
