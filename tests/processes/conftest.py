"""A database with the addon installed, and Odoo loaded with it, for all tests of this folder.

The tests take turns; each cleans up, so that the next finds an empty queue.
"""

import os
import random
import sys
from pathlib import Path

import pytest
from database import Database
from hosting import Host
from setup import databases
from setup.command import ADDON, prepared

# The servers that e-mails and calls go to.
sys.path.append(str(Path(__file__).parents[1]))


@pytest.fixture(scope="session")
def setup():
    """Odoo, its environment and a database server."""
    with prepared() as parts:
        yield parts


@pytest.fixture(scope="session")
def database_name(setup):
    """A copy of the template in which the addon is installed, without the addon's demo data."""
    name = f"{ADDON}_test_{os.getpid()}"
    databases.fresh(setup, name, addon=False)
    try:
        setup.run_odoo("install-processes", "-d", name, "-i", ADDON, *databases.QUIET)
        # The demo workflows would act on the tests' contacts, too.
        setup.server.query("UPDATE ir_cron SET active = false WHERE cron_name LIKE '%demo%'", name)
        yield name
    finally:
        databases.drop(setup, name)


@pytest.fixture(scope="session")
def host(setup, database_name, tmp_path_factory):
    """Starts workers on the database."""
    host = Host(setup, database_name, tmp_path_factory.mktemp("workers"))
    yield host
    host.stop()


@pytest.fixture
def database(setup, database_name):
    """The database, to be asked directly; its queue is empty before and after the test."""
    database = Database(setup, database_name)
    yield database
    database.forget_workflows()
    database.close()


@pytest.fixture
def figures(record_property):
    """Tells what a test counted: shown at the end of `bin/test`, and when the test fails."""

    def tell(text):
        print(text)
        record_property("figures", text)

    return tell


@pytest.fixture
def lots():
    """The random numbers of a test, of which CRM_WORKFLOW_SEED repeats a run."""
    seed = int(os.environ.get("CRM_WORKFLOW_SEED") or random.randrange(1_000_000))
    print(f"CRM_WORKFLOW_SEED={seed}")
    generator = random.Random(seed)
    generator.name = f"seed {seed}"
    return generator
