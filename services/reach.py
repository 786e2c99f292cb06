"""Reach: which other workflows one may let records enter, take them out of, or follow.

The effects of a workflow stay where its people are: within its company, or, where it has none,
within those of its run-as user. What concerns all companies is within reach of everybody.
"""

from odoo.exceptions import AccessError
from odoo.fields import Domain

from .names import number_of, visible_name, visible_records


def domain(workflow_sudo):
    """The workflows within reach of one, as a condition on workflows."""
    return Domain("company_id", "in", [False, *_companies(workflow_sudo).ids])


def within(workflow_sudo, others_sudo):
    """Those of the others that are within reach of a workflow."""
    companies = _companies(workflow_sudo)
    return others_sudo.filtered(lambda other: not other.company_id or other.company_id in companies)


def problems(workflow_sudo, others_sudo):
    """Yields, for whoever publishes, which of the others are out of reach."""
    for other in others_sudo - within(workflow_sudo, others_sudo):
        yield workflow_sudo.env._(
            "“%s” belongs to a company in which this workflow does not act: choose another "
            "workflow.",
            visible_name(other),
        )


def is_told(other_sudo, workflow_sudo):
    """True when whoever may read what a workflow has done may see the other one, too."""
    return not other_sudo.company_id or other_sudo.company_id == workflow_sudo.company_id


def kept_name(other_sudo, workflow_sudo):
    """What a workflow is called in what another one keeps for its readers, such as its ledger."""
    return other_sudo.name if is_told(other_sudo, workflow_sudo) else number_of(other_sudo)


def check_choice(parts, vals=None):
    """Whoever designs chooses among the workflows that he may see.

    :param parts: steps, or ways out
    :param vals: what was written; what stands there already is no choice
    :raise AccessError: naming the cure
    """
    chosen_sudo = parts.env["crm.workflow"].sudo()
    for part_sudo in parts.sudo():
        for name in part_sudo._workflow_fields():
            if vals is None or {"kind", name} & vals.keys():
                chosen_sudo |= part_sudo[name]
    unseen_sudo = chosen_sudo - visible_records(chosen_sudo)
    if unseen_sudo and not parts.env.su:
        raise AccessError(
            parts.env._(
                "You may not see the workflow %s, so you cannot choose it: choose another.",
                number_of(unseen_sudo[0]),
            )
        )


def copy_choice(part, duplicate):
    """A draft has all the workflows that were chosen, unseen by whoever makes it or not: with fewer
    it would mean something else.
    """
    names = part._workflow_fields()
    if not names:
        return
    # The sight of whoever copies may be remembered.
    part.invalidate_recordset(names)
    duplicate.sudo().write({name: part.sudo()[name] for name in names})


def without_choice(part):
    """Values for a copy that gets its workflows by :func:`copy_choice`."""
    return dict.fromkeys(part._workflow_fields(), False)


def _companies(workflow_sudo):
    return workflow_sudo.company_id or workflow_sudo.run_as_id.company_ids
