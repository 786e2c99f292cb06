"""Running a server action on a set of records, as the run-as user."""

from odoo.exceptions import AccessError, UserError

from ..engine.outcome import Advance, Park
from . import capture


def run_server_action(action_sudo, batch):
    """Do what the action says to the batch's records: {enrollment id: outcome}.

    Odoo's own ``run()`` acts as superuser for most kinds of action; here every kind acts
    with the rights of the run-as user. A kind that has a ``_run_set_<state>(records)``
    (see ``models/server_actions``) or is made for many records at once works set-wise;
    the rest goes record by record. What it has to say of a record, in the ledger or to later
    steps, it says by ``capture.acting_values(cr).answer(...)``; whom it parks, by
    ``park(...)``.
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
    values = batch.values()
    capture.tell(batch.env.cr, values)
    for part_sudo in action_sudo._parts():
        if not part_sudo._is_for(batch.env.user):
            raise AccessError(
                batch.env._(
                    "%(user)s, the run-as user, is in no group that may run “%(action)s”.",
                    user=batch.env.user.name,
                    action=part_sudo.name,
                )
            )
        _perform(part_sudo.with_env(_action_env(batch, batch.records)), batch, values)
    return {row.id: values.results.get(row.res_id) or Advance() for row in batch.rows}


def _perform(action, batch, values):
    """Whom an earlier part of the action has parked does not come to the next."""
    parked = {key for key, outcome in values.results.items() if isinstance(outcome, Park)}
    if action._takes_set():
        _act(action, batch.records.filtered(lambda record: record.id not in parked))
        return
    for record in batch.one_by_one():
        if record.id not in parked:
            _act(action.with_env(_action_env(batch, record)), record)


def _act(action, records):
    # What works set-wise writes as the run-as user and is checked there; the rest, here.
    set_wise = getattr(action, f"_run_set_{action.state}", None)
    if set_wise:
        set_wise(records)
        return
    records.check_access("write")
    action._run(records, action._get_eval_context(action))


def _action_env(batch, records):
    context = {
        **batch.env.context,
        "active_model": batch.model_name,
        "active_ids": records.ids,
        "active_id": records[:1].id,
        "mail_notify_force_send": False,
    }
    return batch.env(context=context)
