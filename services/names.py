"""Names of records in texts: told to whoever may see the record, to nobody else."""

#: What such a text hangs on besides what it reads, for ``api.depends_context``: who reads it.
READER = ("uid", "allowed_company_ids")


def visible_names(records):
    """What the current user calls records, none of them gone: {id: name}. A query or two.

    A record that he may not see is told by its number. Superuser mode changes nothing: it is there
    for what a text reads on its way, such as the steps of a workflow, not for whom it is told.
    """
    # In a form, a record stands for the one that is stored.
    stored = records._origin
    names = {one.id: number_of(one) for one in stored}
    return names | {one.id: one.display_name for one in visible_records(stored)}


def visible_name(record):
    """The same of one record; empty for none."""
    return "".join(visible_names(record).values())


def visible_records(records):
    """Those of the records that the current user may see."""
    return records.sudo(False)._filtered_access("read")


def number_of(record):
    """What stands in a text for a record that its reader may not see."""
    return f"#{record.id}"
