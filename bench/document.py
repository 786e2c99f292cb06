"""`--save`: the table, what it was made on, and how it is to be read."""

import re

from setup import cache

METHOD = """## How it is measured

- `bin/bench` makes copies of one database with Odoo's apps and demo data, half of them with this
  addon installed, and adds the contacts by SQL. Each scenario runs in a process of its own.
- Contestants take turns, in an order that changes from round to round. Times are medians; ± is
  half the distance of the quartiles. A ratio is the median of the rounds' own ratios to the first
  line of its table, so what disturbs a round disturbs both numbers. Compare ratios: times differ
  from machine to machine.
- Queries are what Odoo's cursors count, per piece of work. Peak is what the process grew by in a
  turn, at its highest.
- `synchronous_commit` is off in all databases: waiting for the disk at each commit would be the
  same for all and hide the differences. Between turns tables are put back and vacuumed.
- **Save.** "Plain Odoo" is a database without this addon; every contestant is a database of its
  own, all open in one process, so that even the overrides that pass everything on are counted. A
  turn is the write or create with its commit, as the administrator (rights are checked). No
  condition is met: rules and workflows only look. Automation rules have the same condition, on
  the same field, and look during the save; a workflow notes the change and looks afterwards.
- **Evaluate.** What looking afterwards costs, against as many `search` calls for the same records.
- **Associated.** A condition on the company of each contact, when all companies change: against the
  two searches that find whom it concerns and who of them matches. Below are the plans of the
  engine's own queries on contacts, with the rows that they met.
- **Enter.** "Raw" writes the same rows into the same tables with the same indexes by one
  statement; publishing also checks, compiles and freezes the version.
- **Step.** The ORM's turns write the same field as the same user, and commit after each slice of
  1,000; "with the rows" means that enrollments and ledger are written as well. The automation
  rule's turn holds the write that sets it off, and is left out where it would take hours.
- **Hop.** "Raw" is one statement in one transaction that leaves the same rows; the addon goes in
  batches of at most 1,000, each with a ticket that lets a killed worker's records be found.
- **Act.** The effect by itself, as a careful programmer would write it: activities in batches
  without Odoo's e-mail about each, `send_mail_batch` of a template, one `create` of many deals.
  "With the rows" adds by the ORM what the step leaves besides: enrollment and ledger, and of an
  e-mail whom the history names, and what openings and limits are known by. With e-mails these rows
  alone cost the ORM a third of the e-mail again, which is more than the target leaves; who may be
  written to at all (blacklist, opt-out, bounces, limits) is asked by the addon only. Rules are
  measured with 100 contacts, and their time is multiplied.
- **Latency.** A real server with two threads for scheduled actions, left alone before each turn.
- **Idle.** The two cron methods, without the scheduler's own bookkeeping.
- **Claim.** 100 workflows; a tenth of the enrollments is due, a tenth is through, the others wait.
  "A slice" is one of those in which the nightly clean-up forgets; it is rolled back.
- **Workers.** Processes that are loaded before the clock starts, each with its share of the queue.
  Their queries are not counted. On two cores, two processes and PostgreSQL share them.
- **Memory.** One worker in one go, after a warm-up; cron slices and worker limits would only help.
  Time and queries are per 1,000 records, so its ratio tells what many records cost beside few.
"""


def save(text, facts):
    """Write doc/benchmark.md and return its path.

    Tables of races that were not run again stay as they are.
    """
    machine = "\n".join(f"- {what}: {value}" for what, value in facts.items())
    path = cache.REPOSITORY / "doc/benchmark.md"
    path.parent.mkdir(exist_ok=True)
    before = _tables(path.read_text()) if path.exists() else {}
    tables = "\n".join((before | _tables(text)).values())
    path.write_text(
        "# Benchmark\n\nMade by `bin/bench --save`, which replaces the tables of what it has run; "
        "`--scenario`\nand `--records` choose. The other tables are older, and may come from "
        "another machine: compare within\none table.\n\n"
        f"## Machine\n\n{machine}\n\n## Results\n\n{tables}\n{METHOD}"
    )
    return path


def _tables(text):
    """{title and number of records: the table under it}."""
    found = re.findall(r"^### (.*?), \d+ rounds\)\n(.*?)(?=^##|\Z)", text, flags=re.M | re.S)
    whole = re.findall(r"^### .*?(?=^##|\Z)", text, flags=re.M | re.S)
    return {
        title: table.rstrip() + "\n" for (title, _rows), table in zip(found, whole, strict=True)
    }
