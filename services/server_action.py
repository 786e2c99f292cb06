"""Running a server action on a set of records, as the run-as user."""

from odoo.exceptions import UserError

from ..engine.outcome import Advance


def run_server_action(action_sudo, batch):
    """Do what the action says to the batch's records: {enrollment id: outcome}.

    Odoo's own ``run()`` acts as superuser for most kinds of action; here every kind acts
    with the rights of the run-as user. A kind that has a ``_run_set_<state>(records)``
    (see ``models/server_actions``) or is made for many records at once works set-wise;
    the rest goes record by record.
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
    _perform(action_sudo.with_env(_action_env(batch, batch.records)), batch)
    return batch.all(Advance())


def _perform(action, batch):
    # What works set-wise writes as the run-as user and is checked there; the rest, here.
    set_wise = getattr(action, f"_run_set_{action.state}", None)
    if set_wise:
        set_wise(batch.records)
    elif action._get_runner()[1]:
        _run_native(action, batch.records)
    else:
        for record in batch.one_by_one():
            _run_native(action.with_env(_action_env(batch, record)), record)


def _run_native(action, records):
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
