"""Acting on the database, set by set: plain classes and functions on an ``env``.

They import ``engine`` for decisions and never the models' classes; the models and
the crons call them. Only the runner and the crons commit.
"""
