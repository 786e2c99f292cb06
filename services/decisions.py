"""Decisions: what a person is asked about a record, and what becomes of the answer.

A decision is open until somebody answers it, or until nobody is to answer any more. Whoever is
asked has an activity on the record; the first answer counts, and the other activities go.
"""

from odoo.exceptions import UserError
from odoo.tools import clean_context, plaintext2html

from . import workers
from .queue import decisions as queued

#: So many stale decisions are withdrawn in one transaction.
CHUNK = 1000


def ask(step, batch, people):
    """Open a decision on each record that has somebody to decide, with an activity for each.

    :param people: {record id: users}
    """
    withdraw(_of(step, batch))
    rows = [row for row in batch.rows if people[row.res_id]]
    values = batch.values()
    questions, notes = values.text(step.decision_summary), values.text(step.decision_note)
    opened = (
        batch.env["crm.workflow.decision"]
        .sudo()
        .create([_decision(step, batch, row, questions[row.res_id]) for row in rows])
    )
    # Odoo notes the name of each record, which is read here for all of them at once.
    batch.records.sudo().mapped("display_name")
    alike = {
        "res_model_id": batch.env["ir.model"]._get_id(batch.model_name),
        "activity_type_id": step._decision_type().id,
        "date_deadline": step._decision_deadline(batch),
        "automated": True,
    }
    asked = [
        (decision, row.res_id, user)
        for row, decision in zip(rows, opened, strict=True)
        for user in people[row.res_id]
    ]
    # The message per activity that Odoo sends would be one per record.
    activities = batch.env["mail.activity"].with_context(mail_activity_quick_update=True)
    created = activities.create(
        [
            {
                **alike,
                "res_id": record_id,
                "user_id": user.id,
                "summary": questions[record_id],
                "note": notes[record_id] and plaintext2html(notes[record_id]),
            }
            for _decision_sudo, record_id, user in asked
        ]
    )
    # What an activity decides about is said by the engine alone.
    for activity_sudo, (decision_sudo, _record_id, _user) in zip(
        created.sudo(), asked, strict=True
    ):
        activity_sudo.crm_workflow_decision_id = decision_sudo


def conclude(step, batch):
    """What became of the decisions about a batch, which nobody answers any more.

    :return: {enrollment id: decision}, the newest of each
    """
    found = _of(step, batch)
    withdraw(found)
    return {decision.enrollment_id.id: decision for decision in found}


def answer(decision_sudo, key, remark=""):
    """Remember what the current user decides, and let the record go on.

    :param key: of the path that is the answer
    :raise UserError: when it is decided already, or not asked any more
    """
    env = decision_sudo.env
    # First of all, so that whoever moves the record at this moment is waited for.
    queued.wake(env, decision_sudo.enrollment_id.ids)
    _check_open(decision_sudo)
    chosen = decision_sudo._paths().filtered(lambda path: path.key == key)
    if not chosen:
        raise UserError(env._("This answer is not offered any more: reload, and choose again."))
    decision_sudo.write(
        {
            "state": "answered",
            "path_key": key,
            "answer": chosen.display_name,
            "user_id": env.uid,
            "kept_remark": (remark or "").strip(),
            "answered_at": env.cr.now(),
        }
    )
    _close_activities(decision_sudo)
    workers.wake(env)


def give_up(decisions_sudo):
    """Open decisions that nobody is asked about any more count as not answered."""
    lost = decisions_sudo.filtered(lambda own: own.state == "open" and not own.activity_ids)
    if lost:
        queued.wake(lost.env, lost.enrollment_id.ids)
        withdraw(lost)
        workers.wake(lost.env)


def withdraw(decisions_sudo):
    """Nobody is to decide any more: the activities of open decisions go."""
    pending = decisions_sudo.filtered(lambda decision: decision.state == "open")
    if pending:
        pending.state = "closed"
        pending.activity_ids.unlink()


def withdraw_stale(env):
    """Withdraw decisions whose record has left, or stands elsewhere."""
    withdraw(env["crm.workflow.decision"].sudo().browse(queued.stale(env, CHUNK)))


def _decision(step, batch, row, question):
    return {
        "enrollment_id": row.id,
        "workflow_id": row.workflow_id,
        "res_model": batch.model_name,
        "res_id": row.res_id,
        "action_id": step.id,
        "action_key": step.key,
        "kept_question": question,
        "asked_at": batch.now,
    }


def _of(step, batch):
    """The decisions about a batch at this step, oldest first."""
    mine = [
        ("enrollment_id", "in", [row.id for row in batch.rows]),
        ("action_key", "=", step.key),
    ]
    return batch.env["crm.workflow.decision"].sudo().search(mine, order="id")


def _check_open(decision_sudo):
    env = decision_sudo.env
    if decision_sudo.state == "answered":
        raise UserError(
            env._(
                "%(user)s has decided already: %(answer)s.",
                user=decision_sudo.user_id.name,
                answer=decision_sudo.answer,
            )
        )
    if not decision_sudo._is_awaited():
        raise UserError(env._("This is not asked any more: the record has gone on."))


def _close_activities(decision_sudo):
    """The activity of who answered is done, with a message on the record; the others go."""
    activities = decision_sudo.activity_ids
    own = activities.filtered(lambda activity: activity.user_id == decision_sudo.user_id)
    done = (own or activities)[:1]
    (activities - done).unlink()
    feedback = "\n".join(filter(None, [decision_sudo._answer_text(), decision_sudo.kept_remark]))
    done.with_context(clean_context(done.env.context))._action_done(feedback=feedback)
