"""In use: which rows of published versions still count."""

from odoo.fields import Domain

INSIDE = Domain("state", "in", ("active", "parked"))


def by_workflow(rows_sudo):
    """Those of live versions, and of others with records inside: {workflow id: ids, in order}.

    Nobody comes to an older version any more, so that what is found holds, if not less, until a
    workflow is published, switched on or off.

    :param rows_sudo: exits or steps of published versions
    """
    groups = (
        rows_sudo.env["crm.workflow.enrollment"]
        .sudo()
        ._read_group(Domain("version_id", "in", rows_sudo.version_id.ids) & INSIDE, ["version_id"])
    )
    walked = {version.id for [version] in groups}
    found = {}
    for row in rows_sudo:
        version = row.version_id
        live = version.state == "live" and version.workflow_id.state in ("on", "paused")
        if live or version.id in walked:
            found.setdefault(version.workflow_id.id, []).append(row.id)
    return found
