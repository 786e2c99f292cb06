"""What the numbers were made on."""

import os
import platform
from pathlib import Path


def facts(setup):
    """{what: value}, for the reader of the table."""
    server = setup.server.query("SHOW server_version")[0][0].split()[0]
    buffers = setup.server.query("SHOW shared_buffers")[0][0]
    return {
        "processor": f"{_processor()}, {len(os.sched_getaffinity(0))} cores",
        "memory": f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f} GB",
        "PostgreSQL": f"{server}, shared_buffers {buffers}",
        "Python": platform.python_version(),
        "Odoo": setup.odoo.version,
    }


def _processor():
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()
