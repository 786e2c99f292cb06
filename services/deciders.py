"""Deciders: who is asked to decide about each record of a step, and what is wrong with that.

Asked are internal users that are not archived, of the workflow's company if it has one.
"""

from .names import visible_name

#: More people than that are never asked about one record.
MOST = 50


def deciders(step, batch):
    """Who is asked: {record id: users}. A constant number of queries."""
    return _WAYS[step.decision_ask][0](step.sudo(), batch)


def words(step):
    """Whom the step asks, for its summary."""
    return _WAYS[step.decision_ask][1](step.sudo())


def problems(step):
    """Yields what is wrong with whom the step asks."""
    if step.decision_ask not in _WAYS:
        yield step.env._("Choose who is asked.")
        return
    yield from _WAYS[step.decision_ask][2](step.sudo())


def _able(step, users):
    """Those of the users that can be asked."""
    company = step.workflow_id.company_id
    able = users.sudo().filtered(
        lambda user: user.active and not user.share and (not company or company in user.company_ids)
    )
    return able.with_env(users.env)


def _same_for_all(step, batch, users):
    return dict.fromkeys(batch.records.ids, _able(step, users)[:MOST])


def _unable(step, user):
    """Yields why one user cannot be asked."""
    if user and not user.active:
        yield step.env._(
            "%s, who is to be asked, is archived: choose somebody else.", visible_name(user)
        )
    elif user and not _able(step, user):
        yield step.env._(
            "%s, who is to be asked, is no internal user of the workflow's company: choose "
            "somebody else.",
            visible_name(user),
        )


def _crowd(step, users, name):
    """Yields why a team or a group cannot be asked."""
    able = _able(step, users)
    if not able:
        yield step.env._("Nobody in “%s” can be asked: add members, or choose another.", name)
    elif len(able) > MOST:
        yield step.env._(
            "“%(name)s” has %(count)s members, and at most %(most)s people are asked: choose a "
            "smaller one.",
            name=name,
            count=len(able),
            most=MOST,
        )


# ---- a user ---------------------------------------------------------------------------------


def _user(step, batch):
    return _same_for_all(step, batch, step.decision_user_id)


def _user_words(step):
    return visible_name(step.decision_user_id) or step.env._("nobody yet")


def _user_problems(step):
    if not step.decision_user_id:
        yield step.env._("Nobody is asked yet: choose a user.")
    yield from _unable(step, step.decision_user_id)


# ---- the user in a field --------------------------------------------------------------------


def _field(step, batch):
    instead = _able(step, step.decision_user_id)
    path = step.decision_user_path
    return {
        record.id: _able(step, record.mapped(path))[:MOST] or instead for record in batch.records
    }


def _field_words(step):
    field = _field_of(step)
    return field._description_string(step.env) if field else step.env._("nobody yet")


def _field_problems(step):
    if _field_of(step) is None:
        yield step.env._("Choose a field that names a user, such as the salesperson.")
    if not step.decision_user_id:
        yield step.env._("Choose who is asked instead when the field is empty.")
    yield from _unable(step, step.decision_user_id)


def _field_of(step):
    """The field that the path leads to, if it names users; None otherwise."""
    field, model = None, step.env.get(step.model_name)
    for name in (step.decision_user_path or "").split("."):
        field = model._fields.get(name) if model is not None else None
        if field is None or field.type not in ("many2one", "many2many", "one2many"):
            return None
        model = step.env.get(field.comodel_name)
    return field if field.comodel_name == "res.users" else None


# ---- a team or a group ----------------------------------------------------------------------


def _team(step, batch):
    return _same_for_all(step, batch, step.decision_team_id.member_ids)


def _team_words(step):
    return visible_name(step.decision_team_id) or step.env._("nobody yet")


def _team_problems(step):
    team = step.decision_team_id
    if not team:
        yield step.env._("Nobody is asked yet: choose a team.")
    else:
        yield from _crowd(step, team.member_ids, visible_name(team))


def _group(step, batch):
    return _same_for_all(step, batch, step.decision_group_id.all_user_ids)


def _group_words(step):
    return visible_name(step.decision_group_id) or step.env._("nobody yet")


def _group_problems(step):
    group = step.decision_group_id
    if not group:
        yield step.env._("Nobody is asked yet: choose a group.")
    else:
        yield from _crowd(step, group.all_user_ids, visible_name(group))


#: {value of ``decision_ask``: (who is asked, in words, problems)}
_WAYS = {
    "user": (_user, _user_words, _user_problems),
    "field": (_field, _field_words, _field_problems),
    "team": (_team, _team_words, _team_problems),
    "group": (_group, _group_words, _group_problems),
}
