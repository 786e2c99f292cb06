"""Databases: cached templates with every dependency installed, and copies of them.

A template lacks this addon, so one serves every state of the addon. Its name holds a stamp of
what it was made from. A copy takes seconds.
"""

import os
import shutil
from contextlib import contextmanager
from dataclasses import dataclass

from . import cache
from .errors import SetupError
from .progress import step

NEEDED = ("crm", "contacts", "mail", "link_tracker", "resource")


@dataclass(frozen=True)
class Template:
    """What a template is made of."""

    name: str
    modules: tuple
    options: tuple = ()


#: For nearly all tests, and for looking around.
ORDINARY = Template(
    "template",
    (*NEEDED, "sale_management", "project", "base_automation", "helpdesk_mgmt"),
    ("--with-demo",),
)
#: For what needs the apps that most databases lack.
WITH_APPS = Template(
    "apps",
    (*NEEDED, "survey", "website_crm", "im_livechat", "event", "mass_mailing", "queue_job"),
)
QUIET = ("--stop-after-init", "--no-http", "--max-cron-threads=0", "--log-level=warn")


def quoted(name):
    return '"' + name.replace('"', '""') + '"'


def exists(server, name):
    literal = name.replace("'", "''")
    return bool(server.query(f"SELECT 1 FROM pg_database WHERE datname = '{literal}'"))


def drop(setup, name):
    """Remove a database and its files; nothing happens when there is none."""
    if exists(setup.server, name):
        setup.server.query(f"DROP DATABASE {quoted(name)} WITH (FORCE)")
    shutil.rmtree(_files(setup, name), ignore_errors=True)


def copy(setup, source, target):
    """Copy a database and its files; the files never change, so they are linked."""
    setup.server.query(f"CREATE DATABASE {quoted(target)} TEMPLATE {quoted(source)}")
    if _files(setup, source).is_dir():
        shutil.copytree(
            _files(setup, source), _files(setup, target), copy_function=_link, dirs_exist_ok=True
        )


def _link(source, target):
    """Hard-link a file of the store: Odoo adds and removes such files, but never changes one."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def _files(setup, name):
    return setup.data_dir / "filestore" / name


def template(setup, of=ORDINARY):
    """Return the name of a template, made on the first call."""
    made_from = (setup.odoo.python_path, setup.odoo.version, setup.oca, *of.modules)
    name = f"crm_workflow_{of.name}_{cache.stamp(*made_from)}"
    with cache.lock(name, "the template database"):
        if not exists(setup.server, name):
            with step("installing Odoo's apps into a template database (some minutes)"):
                _make(setup, name, of)
    return name


def _make(setup, name, of):
    with _made_whole(setup, name) as part:
        create(setup, part)
        setup.run_odoo(of.name, "-d", part, "-i", ",".join(of.modules), *of.options, *QUIET)


def fresh(setup, name, addon=True, of=ORDINARY):
    """Make the database `name` anew from a template, and install the addon in it."""
    made_of = template(setup, of)
    with _made_whole(setup, name) as part:
        with cache.lock(made_of, "the template database"):
            copy(setup, made_of, part)
        if addon:
            setup.run_odoo("install", "-d", part, "-i", "crm_workflow", "--with-demo", *QUIET)
    return name


@contextmanager
def _made_whole(setup, name):
    """Yield a name to build under, renamed at the end: an interrupted database does not exist."""
    part = f"{name}_part"
    drop(setup, part)
    yield part
    drop(setup, name)
    setup.server.query(f"ALTER DATABASE {quoted(part)} RENAME TO {quoted(name)}")
    if _files(setup, part).is_dir():
        _files(setup, part).rename(_files(setup, name))


def create(setup, name):
    setup.server.query(
        f"CREATE DATABASE {quoted(name)} ENCODING 'UTF8' LC_COLLATE 'C' TEMPLATE template0"
    )


def installed(setup, name):
    """Tell whether this addon is installed in an Odoo database."""
    query = "SELECT 1 FROM ir_module_module WHERE name = 'crm_workflow' AND state = 'installed'"
    try:
        return bool(setup.server.query(query, name))
    except SetupError:
        return False
