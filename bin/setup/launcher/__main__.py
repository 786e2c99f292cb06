"""Odoo's command line, to be run by the name of this folder.

With `workers` above 0, Odoo starts its process for the bus by the file that it was started from,
which `python -m odoo` does not survive: it would be started anew for ever. The folder holds nothing
else, as Python looks there for modules first.
"""

from odoo.cli import main

if __name__ == "__main__":
    main()
