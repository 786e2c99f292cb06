"""The queue: the only SQL for captured facts, entries, claims and bulk moves.

One function per statement, each set-wise. The ORM does not suffice here because rows are
written by the hundred thousand, claimed under locks, and decided by the database itself.
Every function flushes nothing: its tables are written by these statements alone.
"""
