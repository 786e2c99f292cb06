"""`bin/run`: serve the addon on real data, and stop everything at Ctrl-C."""

import signal
import subprocess
import time
import urllib.error
import urllib.request
from contextlib import ExitStack

from . import cache, databases
from .command import ADDON, prepared
from .errors import SetupError
from .mail_catcher import MailCatcher
from .ports import check
from .progress import say, step

CODE = ("*.py", "*.xml", "*.csv")
PARTS_WITHOUT_DATA = ("bin", "bench", "tests", "static", ".git")


def serve(database, port, reset):
    """Set up what is missing, start Odoo, say where it is, and wait for the end."""
    check(port)
    with prepared() as setup:
        _bring_up_to_date(setup, database, reset)
        catcher = MailCatcher(cache.folder("mail", database)).start()
        log = cache.folder("logs") / f"run-{database}.log"
        with ExitStack() as stack:
            process = _start(setup, database, port, catcher.port, log)
            stack.callback(_stop, process)
            _wait_for_answer(process, port, log)
            _wake_crons(setup, database)
            _announce(port, database, catcher.folder, log)
            return _wait(process, log)


def _bring_up_to_date(setup, database, reset):
    """Install the addon in a new database, or update it where its code has changed since."""
    stamp_file = setup.addons.parent / f"run-{database}.stamp"
    stamp = code_stamp()
    with cache.lock(f"database-{database}", f"the database {database}"):
        if reset or not databases.exists(setup.server, database):
            with step(f"installing the addon with demo data in the database {database}"):
                databases.fresh(setup, database)
        elif not databases.installed(setup, database):
            raise SetupError(
                f"The database {database} exists, but this addon is not installed in it.",
                "Choose another one with --db, or lose its data with --reset.",
            )
        elif not (stamp_file.exists() and stamp_file.read_text() == stamp):
            with step("updating the addon, whose files have changed"):
                setup.run_odoo("update", "-d", database, "-u", ADDON, *databases.QUIET)
        stamp_file.write_text(stamp)


def code_stamp():
    """Return a stamp of the files that reach the database only by an update."""
    files = (path for pattern in CODE for path in cache.REPOSITORY.rglob(pattern))
    parts = [
        f"{path}\0{path.read_text()}"
        for path in sorted(files)
        if path.relative_to(cache.REPOSITORY).parts[0] not in PARTS_WITHOUT_DATA
    ]
    return cache.stamp(*parts)


def _start(setup, database, port, mail_port, log):
    say(f"→ starting Odoo on port {port} …")
    words = (
        "-d",
        database,
        "--http-interface=127.0.0.1",
        f"--http-port={port}",
        "--smtp=127.0.0.1",
        f"--smtp-port={mail_port}",
        f"--db-filter=^{database}$",
    )
    # Its own session: Ctrl-C reaches only us, and Odoo gets one quiet signal.
    return subprocess.Popen(
        setup.command(*words),
        env=setup.environment(),
        start_new_session=True,
        stdin=subprocess.DEVNULL,
        stdout=log.open("w"),
        stderr=subprocess.STDOUT,
    )


def _wait_for_answer(process, port, log):
    for _ in range(600):
        if process.poll() is not None:
            raise _ended(process, log)
        try:
            return urllib.request.urlopen(f"http://127.0.0.1:{port}/web/login", timeout=60).close()
        except urllib.error.HTTPError as error:
            raise SetupError(f"Odoo answers with an error: {error}.", f"Read {log}.") from error
        except OSError:
            time.sleep(0.2)
    raise SetupError("Odoo does not answer.", f"Read {log}.")


def _wake_crons(setup, database):
    """Let scheduled actions begin now: Odoo itself would wait for a minute before the first."""
    name = database.replace("'", "''")
    setup.server.query(f"NOTIFY cron_trigger, '{name}'")


def _announce(port, database, mails, log):
    say(
        f"\nOdoo is ready:  http://127.0.0.1:{port}\n"
        f"  login         admin / admin   (database {database})\n"
        f"  e-mails       are never sent; each becomes a file in {mails}\n"
        f"  log           {log}\n"
        "  stop          Ctrl-C"
    )


def _wait(process, log):
    """Wait for Ctrl-C (a KeyboardInterrupt, raised for the other signals too) or Odoo's own end."""
    try:
        process.wait()
    except KeyboardInterrupt:
        say("\n→ stopping …")
        return 0
    raise _ended(process, log)


def _ended(process, log):
    words = "\n    ".join(log.read_text(errors="replace").splitlines()[-12:])
    return SetupError(f"Odoo ended with code {process.returncode}:\n    {words}", f"Read {log}.")


def _stop(process):
    """End Odoo in good order: it finishes its requests and jobs first."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    process.terminate()
    try:
        process.wait(30)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    signal.signal(signal.SIGINT, before)
