"""Databases of contestants: copies of the prepared ones, open in this process side by side."""

import psycopg2

from odoo import api, sql_db
from odoo.modules.registry import Registry

_cursors = []


def copy(source, name):
    """Make the database ``name`` a copy of ``source``, and return its name."""
    name = f"bench_in_{name}"
    forget(source)
    forget(name)
    execute(
        "postgres",
        f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)',
        # Block by block through the log, as is the rule, takes minutes with a million rows.
        f'CREATE DATABASE "{name}" TEMPLATE "{source}" STRATEGY file_copy',
    )
    # Waiting for the disk at each commit would hide the differences.
    execute(name, f'ALTER DATABASE "{name}" SET synchronous_commit = off')
    return name


def forget(name):
    """Close all connections of this process to a database."""
    Registry.registries.pop(name, None)
    sql_db.close_db(name)


def user_env(name, login="admin"):
    """An environment of a user in a database, with a cursor of its own."""
    cr = Registry(name).cursor()
    _cursors.append(cr)
    cr.execute("SELECT id FROM res_users WHERE login = %s", [login])
    return api.Environment(cr, cr.fetchone()[0], {})


def close_all():
    """Close the cursors of all environments."""
    for cr in _cursors:
        cr.close()


def cron_env(env):
    """The scheduler's environment on the same cursor."""
    return api.Environment(env.cr, api.SUPERUSER_ID, {})


def execute(name, *statements):
    """Run statements that want no transaction around them, such as VACUUM."""
    _name, info = sql_db.connection_info_for(name)
    connection = psycopg2.connect(**info)
    connection.autocommit = True
    try:
        for statement in statements:
            connection.cursor().execute(statement)
    finally:
        connection.close()


def tidy(env, *tables):
    """Commit, and leave tables as if nothing had been changed in them."""
    env.cr.commit()
    execute(env.cr.dbname, *(f"VACUUM ANALYZE {table}" for table in tables))
