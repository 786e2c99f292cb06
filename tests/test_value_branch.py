import json
from unittest.mock import patch

from odoo import sql_db
from odoo.exceptions import ValidationError
from odoo.tests import tagged

from ..engine.diagnostics import MAX_PATHS
from .common import WorkflowCase


@tagged("post_install", "-at_install")
class TestValueBranch(WorkflowCase):
    """A path for each value of a field, of the record or of an associated one."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.belgium, cls.norway, cls.spain = (
            cls.env.ref(f"base.{code}") for code in ("be", "no", "es")
        )

    def values(self, field, *lanes, otherwise=(), **vals):
        """A branch by value of (values, steps) lanes; ``None`` among the values is no value."""
        paths = [
            (
                {
                    "values_accepted": json.dumps([value for value in values if value is not None]),
                    "values_empty": None in values,
                },
                steps,
            )
            for values, steps in lanes
        ]
        lanes = [*paths, ({"is_default": True}, otherwise)]
        return {"kind": "values", "values_field": field, "lanes": lanes, **vals}

    def marking(self, field, *values, **vals):
        """A branch whose paths write down their place; the rest is marked by a minus."""
        lanes = [(own, [self.write_step("ref", str(n))]) for n, own in enumerate(values)]
        return self.values(field, *lanes, otherwise=[self.write_step("ref", "-")], **vals)

    def refs(self, step, contacts):
        """What is written on contacts that walk through a step."""
        workflow = self.workflow(step)
        workflow.enroll(contacts)
        self.tick()
        return contacts.mapped("ref")

    def texts(self, step, **vals):
        workflow = self.workflow(step, publish=False, **vals)
        return [problem["text"] for problem in workflow.problems or ()]

    def step(self, *steps, **vals):
        return self.workflow(*steps, publish=False, **vals).draft_version_id.action_ids.filtered(
            "is_branching"
        )

    # Whom a path takes

    def test_a_link_to_one_record(self):
        contacts = self.contacts(4)
        for contact, country in zip(
            contacts, (self.belgium, self.norway, self.spain), strict=False
        ):
            contact.country_id = country
        step = self.marking("country_id", [self.norway.id, self.belgium.id], [None])
        self.assertEqual(self.refs(step, contacts), ["0", "0", "-", "1"])

    def test_no_value_takes_the_rest_unless_a_path_takes_it(self):
        contact = self.contacts(1)
        self.assertEqual(self.refs(self.marking("country_id", [self.norway.id]), contact), ["-"])
        self.assertEqual(self.refs(self.marking("function", ["Chief", None]), contact), ["0"])

    def test_a_choice_a_text_a_number_and_yes_or_no(self):
        contacts = self.contacts(2)
        contacts[0].write({"type": "invoice", "function": "Chief", "color": 3, "employee": True})
        contacts[1].write({"type": "contact", "function": "Clerk", "color": 0, "employee": False})
        for field, values in {
            "type": (["invoice"], ["contact"]),
            "function": (["Chief"], ["Clerk"]),
            "color": ([3], [0]),
            "employee": ([True], [False]),
        }.items():
            self.assertEqual(self.refs(self.marking(field, *values), contacts), ["0", "1"], field)

    def test_of_several_tags_the_first_path_that_has_one(self):
        tags = self.env["res.partner.category"].create([{"name": name} for name in "abc"])
        contacts = self.contacts(4)
        for contact, own in zip(contacts, (tags[:1], tags[:2], tags[2:], tags[:0]), strict=True):
            contact.category_id = own
        step = self.marking("category_id", [tags[1].id], [tags[0].id], [None])
        self.assertEqual(self.refs(step, contacts), ["1", "0", "-", "2"])

    def test_a_field_of_an_associated_record(self):
        company = self.contacts(1, is_company=True, country_id=self.norway.id)
        state = self.env["res.country.state"].create(
            {"name": "Oslo", "code": "OSL", "country_id": self.norway.id}
        )
        company.state_id = state
        contacts = self.contacts(2)
        contacts[0].parent_id = company
        step = self.marking("parent_id.state_id", [state.id], [None])
        self.assertEqual(self.refs(step, contacts), ["0", "1"])
        coded = self.marking("parent_id.country_id.code", ["NO"])
        self.assertEqual(self.refs(coded, contacts), ["0", "-"])

    def test_an_associated_record_out_of_sight_has_no_value(self):
        user = self.user("narrow", "base.group_user", "base.group_partner_manager")
        parents = self.contacts(2, function="Chief")
        contacts = self.contacts(2)
        contacts[0].parent_id, contacts[1].parent_id = parents
        self.env["ir.rule"].create(
            {
                "name": "Not the first parent",
                "model_id": self.env["ir.model"]._get_id("res.partner"),
                "domain_force": f"[('id', '!=', {parents[0].id})]",
            }
        )
        workflow = self.workflow(self.marking("parent_id.function", ["Chief"]), run_as_id=user.id)
        workflow.enroll(contacts)
        self.tick()
        self.assertEqual(contacts.mapped("ref"), ["-", "0"])

    def test_all_join_behind_the_branch(self):
        contacts = self.contacts(3)
        contacts[0].function = "Chief"
        workflow = self.workflow(
            self.values("function", (["Chief"], [self.end()])), self.write_step("ref", "joined")
        )
        workflow.enroll(contacts)
        self.tick()
        self.assertEqual(contacts.mapped("ref"), [False, "joined", "joined"])

    # Many, and those that fail

    def test_many_records_take_no_more_queries_than_one(self):
        workflow = self.workflow(
            self.marking("parent_id.country_id", [self.norway.id], [self.belgium.id]),
        )
        step = workflow.live_version_id.action_ids.filtered("path_ids")
        run, counted = type(step)._run_values, []

        def counting(action, batch):
            batch.env.invalidate_all()
            before = sql_db.sql_counter
            outcomes = run(action, batch)
            counted.append((len(batch.rows), sql_db.sql_counter - before))
            return outcomes

        with patch.object(type(step), "_run_values", counting):
            for count in (1, 1, 100):
                parents = self.contacts(count, country_id=self.norway.id)
                contacts = self.contacts(count)
                for contact, parent in zip(contacts, parents, strict=True):
                    contact.parent_id = parent
                workflow.enroll(contacts)
                self.tick()
                self.assertEqual(set(contacts.mapped("ref")), {"0"})
        self.assertGreaterEqual(counted[-1][0], 50)
        self.assertLessEqual(counted[-1][1], counted[1][1])

    def test_who_is_deleted_meanwhile_leaves_and_the_others_go_on(self):
        contacts = self.contacts(3, function="Chief")
        workflow = self.workflow(self.marking("function", ["Chief"]))
        gone = workflow.enroll(contacts[:1])
        workflow.enroll(contacts[1:])
        contacts[0].unlink()
        self.tick()
        self.assertEqual((gone.state, gone.reason), ("exited", "record_deleted"))
        self.assertEqual(contacts[1:].mapped("ref"), ["0", "0"])

    def test_a_field_that_is_gone_parks_with_the_cure(self):
        workflow = self.workflow(self.marking("function", ["Chief"]))
        self.env.cr.execute("UPDATE crm_workflow_action SET values_field = 'x_gone'")
        self.env.invalidate_all()
        enrollment = workflow.enroll(self.contacts(1))
        self.tick()
        self.assertEqual(enrollment.state, "parked")
        self.assertIn("no field to branch by", enrollment.reason)

    # The form

    def create_all(self, field, **vals):
        """The step after its button was pressed, and what the form says."""
        step = self.step(self.values(field), **vals)
        step.values_create_all = True
        said = step._onchange_values_create_all()
        self.assertFalse(step.values_create_all)
        return step, said

    def listed(self, step):
        return [json.loads(path.values_accepted) for path in step._paths_in_order()[0]]

    def test_create_all_adds_a_path_for_each_value_that_has_none(self):
        stages = self.env["crm.stage"].search([])
        lane = ([stages[1].id, stages[0].id], [self.end()])
        step = self.step(self.values("stage_id", lane), object_type=self.deal_type)
        step.values_create_all = True
        self.assertIsNone(step._onchange_values_create_all())
        own, *others = self.listed(step)
        self.assertEqual(own, [stages[1].id, stages[0].id])
        self.assertEqual(others, [[stage.id] for stage in stages[2:]])
        self.assertEqual(len(step.path_ids), len(stages))  # two share a path; one for the rest

    def test_create_all_knows_choices_yes_and_no_and_texts_in_use(self):
        step, _said = self.create_all("type")
        chosen = dict(self.env["res.partner"]._fields["type"].selection)
        self.assertEqual(self.listed(step), [[value] for value in chosen])
        step, _said = self.create_all("employee")
        self.assertEqual(self.listed(step), [[True], [False]])
        self.assertEqual(step._paths_in_order()[0].mapped("display_name"), ["Yes", "No"])
        self.contacts(2, ref="b-1")
        step, _said = self.create_all("parent_id.ref")
        self.assertIn(["b-1"], self.listed(step))

    def test_create_all_of_too_many_or_of_nothing_adds_none_and_says_so(self):
        self.env["res.partner.category"].create([{"name": str(n)} for n in range(MAX_PATHS + 1)])
        step, said = self.create_all("category_id")
        self.assertIn(f"more than {MAX_PATHS}", said["warning"]["message"])
        self.assertEqual(step.path_ids.mapped("is_default"), [True])
        step, said = self.create_all("no_such_field")
        self.assertIn("no value", said["warning"]["message"])

    def test_another_field_forgets_the_values_and_keeps_the_paths(self):
        step = self.step(self.marking("function", ["Chief"]))
        step.values_field = "color"
        step._onchange_values_field()
        self.assertEqual(len(step.path_ids), 2)
        self.assertFalse(any(step.path_ids.mapped("values_accepted")))

    def test_paths_are_called_by_their_values_unless_they_have_a_name(self):
        step = self.step(
            self.values("country_id", ([self.norway.id, None], []), ([self.spain.id], []))
        )
        listed, rest = step._paths_in_order()
        listed[1].name, rest.name = "South", "Elsewhere"
        step.invalidate_recordset(["path_ids"])
        names = step.path_ids.mapped("display_name")
        self.assertEqual(names, [f"{self.norway.name} or empty", "South", "Elsewhere"])
        told = step.path_ids.mapped("condition")
        self.assertEqual(told, [False, f"if Country is {self.spain.name}", False])
        self.assertEqual(step.summary, "Branch by Country")

    def test_a_value_that_is_no_record_is_called_as_it_is(self):
        step = self.step(self.marking("country_id", [True, "x", 10**12]))
        [first], _rest = step._paths_in_order()
        self.assertEqual(first.display_name, "True or x or a record that is gone")

    def test_names_of_many_paths_take_no_more_queries(self):
        countries = self.env["res.country"].search([], limit=60)
        few = self.step(self.values("country_id", *(([one.id], []) for one in countries[:2])))
        many = self.step(self.values("country_id", *(([one.id], []) for one in countries)))
        counted = []
        for step in (few, few, many):
            self.env.flush_all()
            self.env.invalidate_all()
            before = sql_db.sql_counter
            step.path_ids.mapped("display_name")
            counted.append(sql_db.sql_counter - before)
        self.assertLessEqual(counted[2], counted[1] + 2)

    # Publishing and the document

    def test_what_cannot_work_is_told_before_publishing(self):
        for step, part in {
            "nothing": (self.values(False), "Choose the field"),
            "no field": (self.values("no_such_field"), "no field to branch by"),
            "several": (self.marking("child_ids.function", ["a"]), "no field to branch by"),
            "a float": (self.marking("partner_latitude", [1]), "no field to branch by"),
            "no path": (self.values("function"), "at least one path"),
            "no value": (self.marking("function", []), "has no value"),
            "twice": (self.marking("function", ["a", "b"], ["b"]), "have the value “b”"),
            "empty twice": (self.marking("function", ["a", None], [None]), "“empty”"),
        }.values():
            texts = self.texts(step)
            self.assertTrue(any(part in text for text in texts), (part, texts))
        self.assertEqual(self.texts(self.marking("function", ["a"], ["b", None])), [])
        with self.assertRaisesRegex(ValidationError, "has no value"):
            self.workflow(self.marking("function", []))

    def test_more_paths_than_the_most_are_refused(self):
        lanes = [([str(n)], []) for n in range(MAX_PATHS + 1)]
        self.assertIn(f"at most {MAX_PATHS}", self.texts(self.values("function", *lanes))[0])
        self.assertEqual(self.texts(self.values("function", *lanes[1:])), [])

    def test_a_field_that_the_run_as_user_may_not_read_is_told(self):
        field = self.env["res.partner"]._fields["function"]
        with patch.object(field, "groups", "base.group_no_one,base.group_system"):
            user = self.user("narrow", "base.group_user", "base.group_partner_manager")
            texts = self.texts(self.marking("function", ["a"]), run_as_id=user.id)
        self.assertTrue(any("may not read “Job Position”" in text for text in texts), texts)

    def test_values_are_a_list(self):
        with self.assertRaisesRegex(ValidationError, "The values are a list"):
            step = self.step(self.marking("function", ["a"]))
            step.path_ids[0].values_accepted = "Chief"

    def test_it_travels_in_the_document_with_references(self):
        stages = self.env["crm.stage"].search([])
        lanes = [([stages[0].id, stages[1].id], [self.end()]), ([stages[2].id, None], [])]
        workflow = self.workflow(
            self.values("stage_id", *lanes), object_type=self.deal_type, publish=False
        )
        text = workflow.export_xml()
        self.assertIn(f"ref('{stages[0].get_external_id()[stages[0].id]}')", text)
        copy = self.env["crm.workflow"].import_xml(text)
        step = copy.draft_version_id.action_ids.filtered("is_branching")
        self.assertEqual(self.listed(step), [stages[:2].ids, stages[2:3].ids])
        self.assertEqual(step.path_ids.mapped("values_empty"), [False, True, False])
        self.assertEqual(copy.export_xml(), text)

    def test_yes_and_no_and_texts_travel_as_they_are(self):
        for field, values in {"employee": [True], "function": ["Chief, of all"]}.items():
            workflow = self.workflow(self.marking(field, values), publish=False)
            copy = self.env["crm.workflow"].import_xml(workflow.export_xml())
            step = copy.draft_version_id.action_ids.filtered("is_branching")
            self.assertEqual(self.listed(step), [values])

    def test_the_path_for_the_rest_can_be_called_otherwise_in_each_kind(self):
        for kind in (self.branch(("A", "[('id', '=', 0)]", [])), self.marking("function", ["a"])):
            rest = self.step(kind).path_ids.filtered("is_default")
            self.assertEqual(rest.display_name, "Otherwise")
            rest.name = "Everybody else"
            self.assertEqual(rest.display_name, "Everybody else")
