"""Verbs for tests of schedules."""

from datetime import datetime, timedelta

from odoo.tests import freeze_time

from .common import WorkflowCase

#: Wednesday, 9:30 in Oslo.
NOW = datetime(2026, 11, 25, 8, 30)


def scheduled(frequency, **vals):
    """A trigger that comes by the clock; again and again, as the form proposes."""
    named = {f"schedule_{name}": value for name, value in vals.items() if name != "domain"}
    domain = vals.get("domain", "[]")
    return {
        "kind": "schedule",
        "schedule_frequency": frequency,
        "reenroll": True,
        "domain": domain,
        **named,
    }


class ScheduleCase(WorkflowCase):
    """A clock that stands at :data:`NOW` until a test travels, and contacts of a city."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.admin.tz = "Europe/Oslo"
        cls.start_clock()
        cls.people = cls.env["res.partner"].create(
            [{"name": f"Person {number}", "city": "Vardø"} for number in range(3)]
        )
        cls.vardo = "[('city', '=', 'Vardø')]"

    @classmethod
    def start_clock(cls):
        frozen = freeze_time(NOW)
        frozen.start()
        cls.addClassCleanup(frozen.stop)
        # The database's clock, by which schedules go, was read before.
        cls.env.cr._now = NOW

    def on_schedule(self, frequency, *steps, object_type=None, **vals):
        """A live workflow of the people, with one schedule."""
        vals.setdefault("domain", self.vardo)
        return self.workflow(
            *(steps or [self.end()]),
            triggers=[scheduled(frequency, **vals)],
            object_type=object_type,
            run_as_id=self.admin.id,
        )

    def next_at(self, workflow):
        return workflow.live_version_id.trigger_ids.schedule_next_at

    def tick_at(self, moment):
        """The crons at a moment of UTC, written as ``11-26 07:59``."""
        self.clock = datetime.strptime(f"2026-{moment}", "%Y-%m-%d %H:%M") - NOW
        self.tick()

    def assertCame(self, workflow, times):
        """The people have all entered so many times."""
        self.assertEqual(len(self.enrollments(workflow)), times * len(self.people))
        self.assertEntered(workflow, self.people if times else self.people.browse())

    def assertComes(self, workflow, *moments):
        """Nobody enters a minute before each moment, and everybody at it."""
        for times, moment in enumerate(moments):
            at = datetime.fromisoformat(moment)
            self.clock = at - NOW - timedelta(minutes=1)
            self.tick()
            self.assertCame(workflow, times)
            self.clock = at - NOW
            self.tick()
            self.assertCame(workflow, times + 1)
