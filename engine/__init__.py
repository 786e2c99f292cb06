"""Decisions of the workflow engine, without the ORM.

Everything here is a pure function of its arguments or an immutable value: no
``odoo`` import, no clock of its own, no database. The engine decides and never
acts; ``services`` act. That is why a live run, a test and an explanation can
call the same code, and why these modules are tested in seconds.
"""
