"""A private PostgreSQL cluster in the cache.

It listens on a socket in its own folder only, so it needs no port and meets no other server.
It keeps PostgreSQL's durable settings. Whoever started it stops it at the end, unless another
command uses it by then.
"""

import fcntl
import os
import pwd
import shutil
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path

from . import cache, debian, shell
from .errors import SetupError
from .progress import say, step

USER = "odoo"
SETTINGS = """
listen_addresses = ''
unix_socket_permissions = 0700
max_connections = 200
shared_buffers = 512MB
work_mem = 16MB
maintenance_work_mem = 128MB
log_destination = 'stderr'
"""
NO_MAIN_CLUSTER = Path("/etc/postgresql-common/createcluster.d/crm_workflow.conf")
CURE = "Read server.log beside the cluster; if it is beyond repair, remove its folder."


@contextmanager
def running():
    """Yield the variables of the running cluster; at the end stop it, if it may be stopped."""
    binaries = _binaries()
    cluster = _cluster(binaries)
    with (cache.folder("locks") / "postgres-users.lock").open("a") as users:
        with cache.lock("postgres-start", "PostgreSQL"):
            fcntl.flock(users, fcntl.LOCK_SH)
            started = _start(binaries, cluster)
        try:
            yield _variables(cluster)
        finally:
            if started:
                _stop_if_unused(binaries, cluster, users)


@contextmanager
def own(path, settings=""):
    """Yield the variables of a cluster for one caller alone, in a new folder, gone afterwards.

    Whoever wants to crash a server must not take that of others, see :func:`crash`.
    """
    binaries = _binaries()
    shutil.rmtree(path, ignore_errors=True)
    path.mkdir(parents=True)
    _init(binaries, path)
    with (path / "data/postgresql.conf").open("a") as file:
        file.write(settings)
    try:
        _pg_ctl(binaries, path, "-l", path / "server.log", "start")
        yield _variables(path)
    finally:
        _pg_ctl(binaries, path, "-m", "immediate", "stop")
        shutil.rmtree(path, ignore_errors=True)


def crash(path):
    """Let the server of :func:`own` crash, as when the power fails, and start it again."""
    log = ("-l", path / "server.log")
    _pg_ctl(_binaries(), path, "-m", "immediate", *log, "restart")


def _binaries():
    """Return the folder of the newest installed server programs, after installing Debian's."""
    if not _installed():
        _install()
    if not _installed():
        raise SetupError(
            "Debian's postgresql package is installed, yet /usr/lib/postgresql holds no server.",
            "Reinstall it, or let the PG* variables name a server.",
        )
    return _installed()[-1]


def _install():
    """Install Debian's server without the cluster that the package would create and start."""
    debian.administrate("mkdir", "-p", NO_MAIN_CLUSTER.parent)
    debian.administrate("sh", "-c", f"echo create_main_cluster=false > {NO_MAIN_CLUSTER}")
    try:
        debian.install("postgresql")
    finally:
        debian.administrate("rm", "-f", NO_MAIN_CLUSTER)


def _installed():
    found = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    return sorted((path.parent for path in found), key=lambda path: int(path.parts[-2]))


def _cluster(binaries):
    path = cache.folder("postgres") / binaries.parts[-2]
    return cache.provide(
        path, lambda path: _init(binaries, path), "creating a private PostgreSQL cluster"
    )


def _init(binaries, path):
    (path / "socket").mkdir()
    (path / "data").mkdir(mode=0o700)
    if os.geteuid() == 0:
        for part in (path, path / "socket", path / "data"):
            os.chown(part, pwd.getpwnam("postgres").pw_uid, -1)
    options = ["-U", USER, "-E", "UTF8", "--locale=C.UTF-8", "-A", "trust"]
    _as_owner([binaries / "initdb", "-D", path / "data", *options], path, "initdb")
    with (path / "data/postgresql.conf").open("a") as settings:
        settings.write(f"{SETTINGS}unix_socket_directories = '{path / 'socket'}'\n")


def _as_owner(command, path, name):
    """Run a server program as the user who owns the cluster: PostgreSQL refuses root."""
    prefix = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    return shell.run([*prefix, *command], CURE, cwd=path, name=name)


def _variables(cluster):
    """Return the `PG*` variables that lead to the cluster."""
    socket = str(cluster / "socket")
    return {"PGHOST": socket, "PGPORT": "5432", "PGUSER": USER, "PGPASSWORD": ""}


def _pg_ctl(binaries, cluster, *words):
    # Its own session: Ctrl-C in the terminal reaches Odoo first, and us, but not the database.
    command = ["setsid", binaries / "pg_ctl", "-D", cluster / "data", "-w", "-t", "60", *words]
    return _as_owner(command, cluster, "pg_ctl")


def _start(binaries, cluster):
    """Start the cluster unless it runs; tell whether it was started now."""
    if _answers(binaries, cluster):
        return False
    with step("starting the private PostgreSQL"):
        _pg_ctl(binaries, cluster, "-l", cluster / "server.log", "start")
    return True


def _answers(binaries, cluster):
    command = [binaries / "pg_isready", "-q", "-h", cluster / "socket", "-p", "5432"]
    return subprocess.run(command, check=False).returncode == 0


def _stop_if_unused(binaries, cluster, users):
    with cache.lock("postgres-start", "PostgreSQL"):
        try:
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return say("→ the private PostgreSQL stays: another command uses it")
        if _sessions(cluster):
            return say("→ the private PostgreSQL stays: someone is connected to it")
        return _pg_ctl(binaries, cluster, "-m", "fast", "stop")


def _sessions(cluster):
    """Count the connections of others, after a moment for our own to end."""
    time.sleep(0.2)
    others = "backend_type = 'client backend' AND pid <> pg_backend_pid()"
    query = f"SELECT count(*) FROM pg_stat_activity WHERE {others}"
    environment = {**os.environ, **_variables(cluster)}
    return int(shell.run(["psql", "-XAtqc", query, "postgres"], CURE, env=environment, name="psql"))
