"""Snapshots: what a transaction sees, as :mod:`...engine.snapshot` reads it."""

from odoo.tools import SQL

#: The number of the transaction, the same in all of its savepoints.
TRANSACTION = SQL("pg_current_xact_id()::text")

#: What the transaction sees; worked out once for all rows of a statement.
SNAPSHOT = SQL("(SELECT pg_current_snapshot()::text || ':' || %s)", TRANSACTION)
