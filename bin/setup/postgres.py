"""PostgreSQL: the server that the `PG*` variables name, else a private cluster in the cache."""

import os
from contextlib import contextmanager
from dataclasses import dataclass, field

from . import debian, postgres_cluster, shell
from .errors import SetupError

OLDEST = 13


@dataclass(frozen=True)
class Server:
    """How to reach PostgreSQL: `variables` are the `PG*` variables of libpq."""

    variables: dict = field(default_factory=dict)
    private: bool = False

    def environment(self):
        return {**os.environ, **self.variables}

    def query(self, sql, database="postgres"):
        """Return the rows of `sql` as lists of text, by psql."""
        command = [*"psql -X -A -t -q -v ON_ERROR_STOP=1 -d".split(), database, "-c", sql]
        cure = "Check the PG* variables: is the server there, and may its user create databases?"
        output = shell.run(command, cure, env=self.environment(), name="psql")
        return [line.split("|") for line in output.splitlines()]

    def odoo_settings(self):
        """Return the settings of Odoo that say the same."""
        names = {"host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD"}
        values = {name: self.environment().get(key) for name, key in names.items()}
        return {f"db_{name}": value for name, value in values.items() if value}


def is_foreign():
    """Tell whether the caller brings a server of their own."""
    return any(os.environ.get(name) for name in ("PGHOST", "PGHOSTADDR", "PGPORT", "PGSERVICE"))


@contextmanager
def running():
    """Yield a server that answers."""
    if is_foreign():
        if not shell.found("psql"):
            debian.install("postgresql-client")
        yield check_version(Server())
    else:
        with postgres_cluster.running() as variables:
            yield check_version(Server(variables, private=True))


def check_version(server):
    """Return the server unless it is too old for Odoo 19."""
    number = int(server.query("SHOW server_version_num")[0][0])
    if number < OLDEST * 10000:
        raise SetupError(
            f"The PostgreSQL server is version {number // 10000}; Odoo 19 needs {OLDEST} or later.",
            "Let the PG* variables name a later server, or unset them to get a private one.",
        )
    return server
