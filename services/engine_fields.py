"""Fields that the engine keeps: people change them by the buttons, never directly.

A field that is readonly on the screens can still be written by a program, and with the state of a
version, to name one, whoever designs would pass by all that publishing checks.
"""

from odoo.exceptions import AccessError

DEFAULT = "default_"


def check(model, names, vals):
    """Refuse values for what the engine keeps.

    :param names: the fields that it keeps
    :raise AccessError: naming the field
    """
    kept = sorted(names & vals.keys())
    if kept and not model.env.su:
        raise AccessError(
            model.env._(
                "“%(field)s” of “%(model)s” follows from what is done with the buttons of the "
                "workflow: it cannot be written.",
                field=model._fields[kept[0]]._description_string(model.env),
                model=model._description,
            )
        )


def without_defaults(model, names):
    """The model with a context that proposes no values for these fields either."""
    proposed = {DEFAULT + name for name in names} & model.env.context.keys()
    if model.env.su or not proposed:
        return model
    context = {name: value for name, value in model.env.context.items() if name not in proposed}
    return model.with_env(model.env(context=context))
