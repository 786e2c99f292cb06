"""Plans: how PostgreSQL finds the rows, of the statements that a contestant runs."""

import re
from unittest.mock import patch

from odoo.tools import SQL

#: Only what matters for finding rows: which way, how many of them, and the conditions.
EXPLAIN = "EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF, BUFFERS OFF) %s"
#: Lists of a thousand ids would hide the plan.
WIDTH = 110


def plans(cr, table, run):
    """The plans of the statements of ``run()`` that read a table, with the rows that they met.

    Those that look a single record up are left out.

    :param cr: the cursor on which they are made; each is explained just before it is run, which
        leaves nothing behind
    :returns: one text per statement
    """
    execute, found = cr.execute, []

    def explain(query, *args, **options):
        statement = query if isinstance(query, SQL) else SQL(query, *(args and args[0] or ()))
        if re.search(rf'\b(FROM|JOIN)\s+"?{table}"?', statement.code):
            execute("SAVEPOINT explained")
            execute(SQL(EXPLAIN, statement))
            found.append("\n".join(_short(row[0]) for row in cr.fetchall()))
            execute("ROLLBACK TO SAVEPOINT explained")
        return execute(query, *args, **options)

    with patch.object(cr, "execute", explain):
        run()
    return [plan for plan in found if re.search(r"actual rows=(\d{2,})", plan)]


def _short(line):
    return line if len(line) <= WIDTH else f"{line[: WIDTH - 2]} …"
