"""Odoo, loaded once; each verb then runs in a process of its own.

A program, not a module of the tests: ``python forks.py DATABASE``, with more options of Odoo. It
reads requests, one JSON object a line, and answers each with a line. A worker is a fork, as in
Odoo's own prefork server: it shares nothing with the others but the database, may be killed at
any instant, and costs milliseconds where loading Odoo anew costs seconds.

``{"verb": name, "arguments": {...}, "output": path}``
    Runs ``name(env, **arguments)`` of one of the ``verbs*.py`` in a fork; answers with its
    process id. What it logs is in ``path``.log, what it returns in ``path``.json.
``{"poll": pid}``
    Answers with the exit code, negative for a signal, or null while the process runs.
"""

import json
import os
import sys
import threading
from pathlib import Path

import verbs
import verbs_life
import verbs_rows

import odoo
from odoo import SUPERUSER_ID, api, sql_db
from odoo.modules.registry import Registry

VERBS = (verbs, verbs_life, verbs_rows)


def serve(database, *options):
    options = ["-d", database, "--no-http", "--max-cron-threads=0", *options]
    odoo.tools.config.parse_config(options, setup_logging=True)
    Registry(database)
    # A connection that two processes share would mix their transactions.
    sql_db.close_all()
    tell("ready")
    for line in sys.stdin:
        request = json.loads(line)
        tell(poll(request["poll"]) if "poll" in request else start(database, **request))


def tell(answer):
    print(json.dumps(answer), flush=True)


def poll(pid):
    finished, status = os.waitpid(pid, os.WNOHANG)
    return os.waitstatus_to_exitcode(status) if finished else None


def start(database, verb, arguments, output):
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        log = os.open(f"{output}.log", os.O_CREAT | os.O_WRONLY | os.O_APPEND)
        for stream in (1, 2):
            os.dup2(log, stream)
        act(
            database,
            next(getattr(module, verb) for module in VERBS if hasattr(module, verb)),
            arguments,
            Path(f"{output}.json"),
        )
        code = 0
    except BaseException:
        sys.excepthook(*sys.exc_info())
    finally:
        for thread in set(threading.enumerate()) - {threading.current_thread()}:
            thread.join(10)
        sys.stderr.flush()
        os._exit(code)


def act(database, verb, arguments, result):
    registry = Registry(database).check_signaling()
    with registry.cursor() as cr:
        answer = verb(api.Environment(cr, SUPERUSER_ID, {}), **arguments)
    registry.signal_changes()
    result.write_text(json.dumps(answer))


if __name__ == "__main__":
    serve(*sys.argv[1:])
