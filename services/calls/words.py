"""What went wrong with a call, in words for people."""


def fault_text(env, code, detail=""):
    """The cause by its code, with what to do where something can be done."""
    texts = {
        "url": env._("The address is none that can be called."),
        "credentials": env._("User name and password do not belong into the address."),
        "private": env._(
            "%s is not on the public internet. An administrator can allow it in the settings.",
            detail,
        ),
        "plain": env._(
            "The connection to %s is not encrypted: use https. An administrator can allow the host "
            "in the settings.",
            detail,
        ),
        "port": env._("Web services do not listen on this port of %s.", detail),
        "redirects": env._("The service sends from one address to the next."),
        "secret": env._(
            "The secret “%s” was entered for another host, or is gone: enter it again.", detail
        ),
        "unknown_host": env._("The name of the host is not known."),
        "no_connection": env._("The host takes no connection."),
        "certificate": env._("The certificate of the host is not trusted."),
        "timeout": env._("The service took too long."),
        "broken": env._("The service broke the connection off."),
    }
    return texts.get(code) or texts["broken"]


def status_text(env, status):
    """What an answer is called."""
    return env._("The service answered with status %s.", status)
