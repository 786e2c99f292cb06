"""Running a server action on a set of records, as the run-as user."""

from odoo.exceptions import AccessError, UserError

from ..engine.outcome import Advance
from . import capture


def run_server_action(action_sudo, batch):
    """Do what the action says to the batch's records: {enrollment id: outcome}.

    Odoo's own ``run()`` acts as superuser for most kinds of action; here every kind acts
    with the rights of the run-as user. A kind that has a ``_run_set_<state>(records)``
    (see ``models/server_actions``) or is made for many records at once works set-wise;
    the rest goes record by record. What the former returns, {record id: text}, is told in
    the ledger.
    """
    if not action_sudo:
        raise UserError(
            batch.env._("The step has no action any more: edit the workflow and choose one.")
        )
    if action_sudo.model_id.model != batch.model_name:
        raise UserError(
            batch.env._(
                "The action “%(action)s” is not made for %(model)s.",
                action=action_sudo.name,
                model=batch.model_name,
            )
        )
    capture.tell(batch.env.cr, batch.told)
    texts = {}
    for part_sudo in action_sudo._parts():
        if not part_sudo._is_for(batch.env.user):
            raise AccessError(
                batch.env._(
                    "%(user)s, the run-as user, is in no group that may run “%(action)s”.",
                    user=batch.env.user.name,
                    action=part_sudo.name,
                )
            )
        texts |= _perform(part_sudo.with_env(_action_env(batch, batch.records)), batch)
    return {row.id: Advance(message=texts.get(row.res_id, "")) for row in batch.rows}


def _perform(action, batch):
    if action._takes_set():
        return _act(action, batch.records)
    for record in batch.one_by_one():
        _act(action.with_env(_action_env(batch, record)), record)
    return {}


def _act(action, records):
    # What works set-wise writes as the run-as user and is checked there; the rest, here.
    set_wise = getattr(action, f"_run_set_{action.state}", None)
    if set_wise:
        return set_wise(records) or {}
    records.check_access("write")
    action._run(records, action._get_eval_context(action))
    return {}


def _action_env(batch, records):
    context = {
        **batch.env.context,
        "active_model": batch.model_name,
        "active_ids": records.ids,
        "active_id": records[:1].id,
        "mail_notify_force_send": False,
    }
    return batch.env(context=context)
