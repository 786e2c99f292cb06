"""One scenario at one size, inside Odoo: `inside.py SCENARIO RECORDS RESULT [--quick]`.

Not part of the addon's registry; the addon's folder is only where it is imported from.
"""

import gc
import importlib
import json
import logging
import sys
from pathlib import Path

from odoo.modules.module import initialize_sys_path
from odoo.tools import config


def main(name, records, result, *options):
    # Several databases are open at once, each with a handful of connections.
    words = "--log-level=warn --http-interface=127.0.0.1 --max-cron-threads=0 --db_maxconn=64"
    config.parse_config(words.split())
    logging.getLogger("odoo.addons.crm_workflow").setLevel(logging.ERROR)
    initialize_sys_path()
    package = "odoo.addons.crm_workflow.bench"
    scenario = importlib.import_module(f"{package}.scenarios.{name}")
    gc.freeze()
    databases = importlib.import_module(f"{package}.databases")
    try:
        races = list(scenario.races(int(records), "--quick" in options))
    finally:
        databases.close_all()
    Path(result).write_text(json.dumps(races))


if __name__ == "__main__":
    main(*sys.argv[1:])
