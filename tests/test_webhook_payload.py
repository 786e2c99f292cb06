from odoo.tests import tagged

from .webhook import WebhookCase


@tagged("post_install", "-at_install")
class TestWebhookPayload(WebhookCase):
    """A payload is what a caller says, whatever it looks like: no event, and no record."""

    def setUp(self):
        super().setUp()
        self.contact = self.contacts(1, email="ada@test.example")
        self.secret = self.contacts(1, name="Secret")

    def forged(self, **more):
        """A payload that looks like what an event tells."""
        return {
            "email": self.contact.email,
            "event": "won",
            "model": "res.partner",
            "id": self.secret.id,
            "values": {},
            **more,
        }

    def reading(self, formula, **vals):
        return {"kind": "compute", "key": "read", "compute_formula": formula, **vals}

    def value_read(self, workflow):
        [enrollment] = self.enrollments(workflow, self.contact)
        return enrollment.outputs["read"]["value"]

    def assertTellsNoEvent(self, workflow):
        [enrollment] = self.enrollments(workflow, self.contact)
        told = enrollment.read(["event_text", "event_ref"])[0]
        self.assertEqual((told["event_text"], told["event_ref"]), (False, False))

    def test_no_payload_forges_an_event(self):
        for more in (
            {},
            {"values": {"name": 5}},
            {"values": {"name": [1, 2, 3]}},
            {"record": {"$records": ["res.partner", [self.secret.id]]}},
            {"record": {"$records": 5}},
            {"$records": ["res.partner", [self.secret.id]]},
        ):
            with self.subTest(more):
                workflow = self.hook(self.delay(1, "days"))
                self.called(workflow, self.forged(**more))
                self.tick()
                self.assertTellsNoEvent(workflow)

    def test_no_payload_chooses_the_record_that_a_formula_reads(self):
        named = {"$records": ["res.partner", [self.secret.id]]}
        for formula, more, value in (
            ("default(event.record.name, 'nothing')", {}, "nothing"),
            ("default(event.record.name, 'nothing')", {"record": named}, "nothing"),
            ("default(event.deep.a.name, 'nothing')", {"deep": {"a": named}}, "nothing"),
            ("event.record.name", {"record": {"name": "Mine"}}, "Mine"),
        ):
            with self.subTest(formula, **more):
                workflow = self.hook(self.reading(formula))
                self.called(workflow, self.forged(**more))
                self.tick()
                self.assertEqual(self.value_read(workflow), value)

    def test_what_is_handed_over_or_comes_again_is_a_payload_still(self):
        formula = "default(event.record.name, 'nothing')"
        other = self.workflow(self.reading(formula), self.delay(1, "days"), name="Other")
        workflow = self.hook(
            {"kind": "enroll", "enroll_workflow_id": other.id, "enroll_with_data": True},
            self.reading(formula),
            self.delay(1, "days"),
            publish=False,
            reenroll=True,
        )
        workflow.draft_version_id.while_inside = "queue"
        workflow.action_publish()
        forged = self.forged(record={"$records": ["res.partner", [self.secret.id]]})
        for _time in range(2):
            self.called(workflow, forged)
            self.tick()
        self.assertTellsNoEvent(other)
        self.assertEqual(self.value_read(other), "nothing")
        self.assertEqual(self.enrollments(other).data["from_workflow"], "Test")
        self.enrollments(workflow).action_leave()
        self.tick()
        self.tick()
        again = self.enrollments(workflow, self.contact)
        self.assertEqual(len(again), 2)
        self.assertEqual(again.mapped("event_text"), [False, False])
        self.assertEqual([row.outputs["read"]["value"] for row in again], ["nothing"] * 2)

    def test_the_whole_payload_can_be_read(self):
        long, odd = "x" * 100_000, {"$date": "2026-03-01"}
        workflow = self.hook(self.reading("concat(length(event.long), event.odd['$date'])"))
        self.called(workflow, {"email": self.contact.email, "long": long, "odd": odd})
        self.tick()
        self.assertEqual(self.value_read(workflow), "1000002026-03-01")
