"""Plans: how PostgreSQL finds the rows, of the statements that a contestant runs."""

import re
from unittest.mock import patch

from odoo.tools import SQL

#: Only what matters for finding rows: which way, how many of them, and the conditions.
EXPLAIN = "EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF, BUFFERS OFF) %s"
#: Lists of a thousand ids would hide the plan.
WIDTH = 110


def plans(cr, table, run):
    """The plans of all SELECTs from a table that ``run()`` makes, with the rows that they met.

    :param cr: the cursor on which they are made; each is explained just before it is run
    :returns: one text per statement
    """
    execute, found = cr.execute, []

    def explain(query, *args, **options):
        statement = query if isinstance(query, SQL) else SQL(query, *(args and args[0] or ()))
        if re.match(rf'\s*SELECT\b.*\bFROM\s+"?{table}"?', statement.code, re.S):
            execute(SQL(EXPLAIN, statement))
            found.append("\n".join(_short(row[0]) for row in cr.fetchall()))
        return execute(query, *args, **options)

    with patch.object(cr, "execute", explain):
        run()
    return found


def _short(line):
    return line if len(line) <= WIDTH else f"{line[: WIDTH - 2]} …"
