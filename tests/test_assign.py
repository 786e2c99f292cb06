from datetime import datetime, timedelta

from psycopg2.errors import SerializationFailure

from odoo import SUPERUSER_ID, api, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from ..services.queue import rotas
from .common import WorkflowCase


class AssignCase(WorkflowCase):
    """A pool of three."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ann, cls.bob, cls.eve = cls.people = cls.env["res.users"].union(
            *(
                cls.user(cls, login, "base.group_user", "sales_team.group_sale_salesman", name=name)
                for login, name in (("ann", "Ann"), ("bob", "Bob"), ("eve", "Eve"))
            )
        )

    def assign(self, people=None, weights=(), model="res.partner", **vals):
        """An action that assigns to some people."""
        weights = weights or [1] * len(self.people)
        people = self.people if people is None else people
        lines = [
            fields.Command.create({"user_id": user.id, "weight": weight, "sequence": place})
            for place, (user, weight) in enumerate(zip(people, weights, strict=False))
        ]
        vals = {"state": "crm_workflow_assign", "assign_line_ids": lines, **vals}
        return self.server_action(model, **vals)

    def assigning(self, object_type=None, more=None, **vals):
        """A live workflow whose only step assigns."""
        step = {"kind": "server", "server_action_id": self.assign(**vals).id}
        return self.workflow(step, object_type=object_type, **(more or {}))

    def owners(self, workflow, records):
        """The names of who is in charge, after the records have gone through."""
        workflow.enroll(records)
        self.tick()
        return [record.user_id.name or "" for record in records]

    def told(self, workflow):
        """What the ledger says about the step."""
        rows = self.env["crm.workflow.log"].search(
            [("workflow_id", "=", workflow.id), ("outcome", "=", "done")], order="id"
        )
        return rows.mapped("message")

    def problems(self, **vals):
        step = {"kind": "server", "server_action_id": self.assign(**vals).id}
        return " ".join(
            problem["text"] for problem in self.workflow(step, publish=False).problems or ()
        )


@tagged("post_install", "-at_install")
class TestAssign(AssignCase):
    """Who gets the records."""

    def test_records_are_given_in_turn_and_the_ledger_tells_to_whom(self):
        workflow = self.assigning()
        self.assertEqual(
            self.owners(workflow, self.contacts(5)), ["Ann", "Bob", "Eve", "Ann", "Bob"]
        )
        self.assertEqual(self.told(workflow)[:2], ["Assigned to Ann", "Assigned to Bob"])

    def test_the_next_batch_goes_on_where_the_last_one_ended(self):
        workflow = self.assigning()
        owners = [self.owners(workflow, self.contacts(1)) for _number in range(4)]
        self.assertEqual(owners, [["Ann"], ["Bob"], ["Eve"], ["Ann"]])

    def test_a_new_version_keeps_the_turns_and_a_new_person_joins_in(self):
        workflow = self.assigning(people=self.ann | self.bob, weights=[1, 1])
        self.assertEqual(self.owners(workflow, self.contacts(1)), ["Ann"])
        workflow.action_edit()
        action = workflow.draft_version_id.action_ids.server_action_id
        action.assign_line_ids = [fields.Command.create({"user_id": self.eve.id, "sequence": 9})]
        workflow.action_publish()
        self.assertEqual(self.owners(workflow, self.contacts(3)), ["Bob", "Eve", "Ann"])

    def test_weights_are_shares(self):
        workflow = self.assigning(weights=[3, 2, 1], assign_how="weight")
        owners = self.owners(workflow, self.contacts(12))
        self.assertEqual([owners.count(name) for name in ("Ann", "Bob", "Eve")], [6, 4, 2])

    def test_weights_do_not_matter_in_turn(self):
        workflow = self.assigning(weights=[3, 2, 1])
        self.assertEqual(self.owners(workflow, self.contacts(3)), ["Ann", "Bob", "Eve"])

    def test_whoever_is_in_charge_of_least_comes_first(self):
        self.contacts(2, user_id=self.ann.id)
        self.contacts(3, user_id=self.bob.id, active=False)
        self.contacts(1, user_id=self.eve.id)
        workflow = self.assigning(assign_how="busy")
        self.assertEqual(self.owners(workflow, self.contacts(4)), ["Bob", "Eve", "Bob", "Ann"])

    def test_only_the_records_that_count_make_busy(self):
        self.contacts(2, user_id=self.ann.id, city="Oslo")
        self.contacts(1, user_id=self.bob.id)
        self.contacts(1, user_id=self.eve.id)
        domain = "[('city', '=', False)]"
        workflow = self.assigning(assign_how="busy", assign_load_domain=domain)
        self.assertEqual(self.owners(workflow, self.contacts(1)), ["Ann"])

    def test_closed_deals_do_not_make_busy(self):
        action = self.assign(model="crm.lead", assign_how="busy")
        self.assertIn("date_closed", action.assign_load_domain)

    def test_whoever_has_fewest_activities_comes_first(self):
        for user in self.ann | self.eve:
            self.contacts(1).activity_schedule("mail.mail_activity_data_todo", user_id=user.id)
        workflow = self.assigning(assign_how="busy", assign_load="activities")
        self.assertEqual(self.owners(workflow, self.contacts(2)), ["Bob", "Ann"])

    def test_who_is_archived_gets_nothing(self):
        workflow = self.assigning()
        self.bob.active = False
        self.assertEqual(self.owners(workflow, self.contacts(3)), ["Ann", "Eve", "Ann"])

    def test_an_owner_is_kept(self):
        workflow = self.assigning()
        kept = self.contacts(1, user_id=self.eve.id)
        self.assertEqual(self.owners(workflow, kept | self.contacts(1)), ["Eve", "Ann"])

    def test_an_owner_who_has_left_is_replaced(self):
        workflow = self.assigning()
        contact = self.contacts(1, user_id=self.admin.copy({"login": "left"}).id)
        contact.user_id.active = False
        self.assertEqual(self.owners(workflow, contact), ["Ann"])

    def test_an_owner_is_replaced_where_that_is_wanted(self):
        workflow = self.assigning(assign_keep=False)
        contact = self.contacts(1, user_id=self.eve.id)
        self.assertEqual(self.owners(workflow, contact), ["Ann"])

    def test_who_has_had_the_days_share_is_passed_over_until_the_next_day(self):
        workflow = self.assigning(assign_daily_limit=1)
        contacts = self.contacts(4)
        self.assertEqual(self.owners(workflow, contacts), ["Ann", "Bob", "Eve", ""])
        self.assertIn("the day's share", self.told(workflow)[3])
        self.assertEqual(self.enrollments(workflow).mapped("state"), ["completed"] * 4)
        self.travel(days=1)
        self.assertEqual(self.owners(workflow, self.contacts(2)), ["Ann", "Bob"])

    def test_a_day_is_one_on_the_persons_own_clock(self):
        midnight = datetime.combine(fields.Date.today() + timedelta(days=2), datetime.min.time())
        self.ann.tz, self.bob.tz = "UTC", "Asia/Tokyo"
        workflow = self.assigning(people=self.ann | self.bob, assign_daily_limit=1)
        self.clock = midnight - timedelta(hours=1) - fields.Datetime.now()
        self.assertEqual(self.owners(workflow, self.contacts(2)), ["Ann", "Bob"])
        self.travel(hours=2)
        self.assertEqual(self.owners(workflow, self.contacts(2)), ["Ann", ""])

    def test_the_members_of_a_team_share(self):
        team = self.team(self.ann | self.eve)
        workflow = self.assigning(assign_from="team", assign_team_id=team.id)
        self.assertEqual(self.owners(workflow, self.contacts(3)), ["Ann", "Eve", "Ann"])
        member = team.crm_team_member_ids.filtered(lambda member: member.user_id == self.ann)
        member.assignment_optout = True
        self.assertEqual(self.owners(workflow, self.contacts(2)), ["Eve", "Eve"])

    def test_members_share_by_the_capacity_that_their_team_notes(self):
        team = self.team(self.ann | self.eve)
        for member, capacity in zip(team.crm_team_member_ids, (10, 30), strict=True):
            member.assignment_max = capacity
        workflow = self.assigning(assign_from="team", assign_team_id=team.id, assign_how="weight")
        owners = self.owners(workflow, self.contacts(8))
        self.assertEqual([owners.count(name) for name in ("Ann", "Eve")], [2, 6])

    def test_each_record_goes_to_a_member_of_its_own_team(self):
        north, south = self.team(self.ann | self.eve), self.team(self.bob, name="South")
        deals = self.env["crm.lead"].create(
            [
                {"name": "Deal", "type": "opportunity", "user_id": False, "team_id": team.id}
                for team in (north, south, north, north, self.env["crm.team"])
            ]
        )
        workflow = self.assigning(
            self.deal_type, model="crm.lead", assign_from="record", assign_team_path="team_id"
        )
        self.assertEqual(self.owners(workflow, deals), ["Ann", "Bob", "Eve", "Ann", ""])
        self.assertIn("no team", self.told(workflow)[4])

    def test_the_days_share_counts_over_all_teams(self):
        self.env["ir.config_parameter"].set_param("sales_team.membership_multi", True)
        teams = self.team(self.ann), self.team(self.ann, name="South")
        deals = self.env["crm.lead"].create(
            [
                {"name": "Deal", "type": "opportunity", "user_id": False, "team_id": team.id}
                for team in teams
            ]
        )
        workflow = self.assigning(
            self.deal_type,
            model="crm.lead",
            assign_from="record",
            assign_team_path="team_id",
            assign_daily_limit=1,
        )
        self.assertEqual(self.owners(workflow, deals), ["Ann", ""])

    def team(self, users, name="North"):
        team = self.env["crm.team"].create({"name": name})
        self.env["crm.team.member"].create(
            [{"crm_team_id": team.id, "user_id": user.id} for user in users]
        )
        return team

    def test_the_message_of_assignment_is_sent_where_it_is_wanted(self):
        for told in (True, False):
            deal = self.env["crm.lead"].create(
                {"name": "Deal", "type": "opportunity", "user_id": False}
            )
            workflow = self.assigning(
                self.deal_type, people=self.ann, model="crm.lead", assign_notify=told
            )
            self.owners(workflow, deal)
            about = [("model", "=", "crm.lead"), ("res_id", "=", deal.id)]
            messages = self.env["mail.message"].search(about)
            self.assertEqual(
                "assigned" in " ".join(messages.mapped(lambda m: m.subject or "")), told
            )

    def test_another_field_than_the_usual_one_is_filled(self):
        contact = self.contacts(1)
        self.env["ir.model.fields"].create(
            {
                "name": "x_buddy_id",
                "field_description": "Buddy",
                "model_id": self.env["ir.model"]._get_id("res.partner"),
                "ttype": "many2one",
                "relation": "res.users",
            }
        )
        workflow = self.assigning(assign_field="x_buddy_id")
        self.assertEqual(self.owners(workflow, contact), [""])
        self.assertEqual(contact.x_buddy_id, self.ann)


@tagged("post_install", "-at_install")
class TestAssignPresence(AssignCase):
    """Only who is there."""

    def setUp(self):
        super().setUp()
        # A Wednesday in the morning.
        today = fields.Date.today()
        wednesday = today + timedelta(days=9 - today.weekday())
        self.morning = datetime.combine(wednesday, datetime.min.time()) + timedelta(hours=10)
        self.clock = self.morning - fields.Datetime.now()
        self.calendar = self.env["resource.calendar"].create({"name": "Office", "tz": "UTC"})

    def resource(self, user, **vals):
        return self.env["resource.resource"].create(
            {
                "name": user.name,
                "user_id": user.id,
                "calendar_id": self.calendar.id,
                "tz": "UTC",
                **vals,
            }
        )

    def leave(self, resource=None, hours=2, **vals):
        return self.env["resource.calendar.leaves"].create(
            {
                "name": "Off",
                "calendar_id": self.calendar.id,
                "resource_id": resource and resource.id,
                "date_from": self.morning - timedelta(hours=1),
                "date_to": self.morning + timedelta(hours=hours),
                **vals,
            }
        )

    def test_who_is_on_leave_is_passed_over_and_back_afterwards(self):
        self.leave(self.resource(self.ann))
        self.leave(self.resource(self.bob), time_type="other")
        workflow = self.assigning(assign_present="here")
        self.assertEqual(self.owners(workflow, self.contacts(2)), ["Bob", "Eve"])
        self.travel(hours=3)
        self.assertEqual(self.owners(workflow, self.contacts(3)), ["Ann", "Ann", "Bob"])

    def test_leaves_do_not_matter_where_nobody_asks(self):
        self.leave(self.resource(self.ann))
        self.assertEqual(self.owners(self.assigning(), self.contacts(1)), ["Ann"])

    def test_who_has_flexible_hours_may_be_on_leave_too(self):
        self.leave(self.resource(self.ann, calendar_id=False), calendar_id=False)
        self.resource(self.bob, calendar_id=False)
        for present in ("here", "hours"):
            workflow = self.assigning(people=self.ann | self.bob, assign_present=present)
            self.assertEqual(self.owners(workflow, self.contacts(1)), ["Bob"])

    def test_on_a_public_holiday_nobody_is_there(self):
        for user in self.people:
            self.resource(user)
        self.leave()
        workflow = self.assigning(assign_present="here")
        self.assertEqual(self.owners(workflow, self.contacts(1)), [""])
        self.assertIn("nobody is available", self.told(workflow)[0])

    def test_only_who_works_now_gets_records(self):
        self.resource(self.ann, tz="Asia/Tokyo")
        self.resource(self.bob)
        self.resource(self.eve, tz="America/Los_Angeles")
        self.calendar.attendance_ids = [
            fields.Command.clear(),
            fields.Command.create({"name": "Day", "dayofweek": "2", "hour_from": 9, "hour_to": 17}),
        ]
        workflow = self.assigning(assign_present="hours")
        self.assertEqual(self.owners(workflow, self.contacts(2)), ["Bob", "Bob"])
        self.travel(hours=8)
        self.assertEqual(self.owners(workflow, self.contacts(2)), ["Eve", "Eve"])
        self.travel(days=1)
        self.assertEqual(self.owners(workflow, self.contacts(1)), [""])

    def test_who_has_no_hours_has_those_of_the_company(self):
        self.env.company.resource_calendar_id = self.calendar
        workflow = self.assigning(assign_present="hours")
        self.assertEqual(self.owners(workflow, self.contacts(1)), ["Ann"])
        self.travel(days=3)
        self.assertEqual(self.owners(workflow, self.contacts(1)), [""])


@tagged("post_install", "-at_install")
class TestAssignElsewhere(AssignCase):
    """Odoo's own ways to run an action, its description, and what may go wrong."""

    def test_an_automation_rule_assigns(self):
        automation = self.env["base.automation"].create(
            {
                "name": "Assign",
                "model_id": self.env["ir.model"]._get_id("res.partner"),
                "trigger": "on_create",
            }
        )
        self.assign(usage="base_automation", base_automation_id=automation.id)
        contacts = self.contacts(4)
        self.assertEqual(contacts.mapped("user_id.name"), ["Ann", "Bob", "Eve"])
        self.assertEqual(contacts[3].user_id, self.ann)

    def test_a_contextual_action_assigns(self):
        contacts = self.contacts(2)
        action = self.assign(usage="ir_actions_server")
        action.with_context(active_model="res.partner", active_ids=contacts.ids).run()
        self.assertEqual(contacts.user_id, self.ann | self.bob)
        action.with_context(active_model="res.partner", active_id=self.contacts(1).id).run()
        self.assertEqual(self.env["crm.workflow.rota"].search([]).action_id, action)
        action.unlink()
        self.assertFalse(self.env["crm.workflow.rota"].search([]))

    def test_an_action_of_several_workflows_has_one_rota(self):
        action = self.assign(usage="ir_actions_server")
        step = {"kind": "server", "server_action_id": action.id}
        owners = [
            self.owners(self.workflow(step, name=name), self.contacts(1)) for name in ("A", "B")
        ]
        self.assertEqual(owners, [["Ann"], ["Bob"]])

    def test_it_acts_as_the_run_as_user(self):
        runner = self.user("runner", "base.group_user", "base.group_partner_manager")
        workflow = self.assigning(more={"run_as_id": runner.id})
        contact = self.contacts(1)
        self.assertEqual(self.owners(workflow, contact), ["Ann"])
        self.assertEqual(contact.write_uid, runner)

    def test_who_may_not_be_written_is_parked_and_takes_no_turn(self):
        runner = self.user("runner", "base.group_user", "base.group_partner_manager")
        workflow = self.assigning(more={"run_as_id": runner.id})
        contacts = self.contacts(4)
        self.env["ir.rule"].create(
            {
                "name": "Not this one",
                "model_id": self.env["ir.model"]._get_id("res.partner"),
                "domain_force": f"[('id', '!=', {contacts[1].id})]",
                "perm_read": False,
            }
        )
        self.assertEqual(self.owners(workflow, contacts), ["Ann", "", "Bob", "Eve"])
        states = self.enrollments(workflow).mapped("state")
        self.assertEqual(states, ["completed", "parked", "completed", "completed"])

    def test_a_record_that_is_deleted_meanwhile_takes_no_turn(self):
        workflow = self.assigning()
        contacts = self.contacts(3)
        workflow.enroll(contacts)
        contacts[1].unlink()
        self.tick()
        self.assertEqual((contacts[0] | contacts[2]).user_id, self.ann | self.bob)

    def test_a_field_that_is_gone_parks_the_records_with_the_reason(self):
        workflow = self.assigning()
        action = workflow.live_version_id.action_ids.server_action_id
        self.env.cr.execute(
            "UPDATE ir_act_server SET assign_field = 'x_gone' WHERE id = %s", (action.id,)
        )
        self.env.invalidate_all()
        self.owners(workflow, self.contacts(1))
        self.assertIn("who is in charge", self.enrollments(workflow).reason)

    def test_what_is_wrong_is_told_before_publishing(self):
        portal = self.user("guest", "base.group_portal")
        team = self.env["crm.team"].create({"name": "Lonely"})
        for words, vals in (
            ("who is in charge", {"assign_field": "name"}),
            ("Choose the people", {"people": self.env["res.users"]}),
            ("is archived", {"people": portal}),
            ("Choose the sales team", {"assign_from": "team"}),
            ("“Lonely” has no members", {"assign_from": "team", "assign_team_id": team.id}),
            ("names its sales team", {"assign_from": "record"}),
            ("names its sales team", {"assign_from": "record", "assign_team_path": "name"}),
            ("cannot be read", {"assign_how": "busy", "assign_load_domain": "[('x', '=', 1)]"}),
            ("At most a day", {"assign_daily_limit": -1}),
        ):
            self.assertIn(words, self.problems(**vals))
        self.assertEqual(self.problems(), "")

    def test_the_usual_field_is_there_already_and_others_can_be_chosen(self):
        action = self.assign()
        self.assertEqual((action.assign_field, action.assign_field_id.name), ("user_id", "user_id"))
        other = self.env["ir.model.fields"]._get("res.partner", "create_uid")
        action.assign_field_id = other
        self.assertEqual(action.assign_field, "create_uid")
        self.assertFalse(self.assign(model="res.partner.category").assign_field)

    def test_it_is_called_what_it_does(self):
        team = self.env["crm.team"].create({"name": "North"})
        action = self.assign(name="?")
        for name, vals in (
            ("Assign to Ann, Bob, or Eve in turn", {}),
            ("Assign to Ann, Bob, or Eve by weight", {"assign_how": "weight"}),
            ("Assign to the least busy: Ann, Bob, or Eve", {"assign_how": "busy"}),
            ("Assign to North in turn", {"assign_from": "team", "assign_team_id": team.id}),
            ("Assign to the record's sales team in turn", {"assign_from": "record"}),
        ):
            action.write({"assign_from": "people", "assign_how": "turn", **vals})
            self.assertEqual(action._generate_action_name(), name)
        action.assign_from, action.assign_how = "people", "turn"
        action.assign_line_ids[1:].unlink()
        self.assertEqual(action._generate_action_name(), "Assign to Ann")
        action.assign_line_ids.unlink()
        self.assertEqual(action._generate_action_name(), "Assign to a person")

    def test_the_form_makes_it_for_a_manager(self):
        manager = self.user(
            "designer", "crm_workflow.group_manager", "sales_team.group_sale_salesman"
        )
        model_id = self.env["ir.model"]._get_id("res.partner")
        actions = self.env["ir.actions.server"].with_context(
            default_model_id=model_id, default_usage="crm_workflow", default_state="object_write"
        )
        with Form(actions.with_user(manager), "base.view_server_action_form") as form:
            form.state = "crm_workflow_assign"
            self.assertIn("Choose the people", form.warning)
            for user in (self.ann, self.bob):
                with form.assign_line_ids.new() as line:
                    line.user_id = user
            self.assertFalse(form.warning)
            self.assertEqual(form.name, "Assign to Ann or Bob in turn")
        action = form.save()
        self.assertEqual((action.name, action.assign_field), (form.name, "user_id"))
        self.assertEqual(action.assign_line_ids.user_id, self.ann | self.bob)

    def test_it_travels_in_the_document(self):
        team = self.env["crm.team"].create({"name": "North Pole"})
        tag = self.env["res.partner.category"].create({"name": "Counts"})
        workflow = self.assigning(
            weights=[3, 2, 1],
            assign_how="busy",
            assign_load_domain=f"[('category_id', 'in', [{tag.id}])]",
            assign_present="hours",
            assign_daily_limit=7,
            assign_keep=False,
            assign_notify=False,
            assign_team_id=team.id,
            assign_team_path="team_id",
        )
        text = workflow.export_xml()
        self.assertNotIn(str(tag.id) + "]", text)
        copy = self.env["crm.workflow"].import_xml(text)
        self.assertEqual(copy.export_xml(), text)
        action = copy.draft_version_id.action_ids.server_action_id
        lines = action.assign_line_ids
        self.assertEqual(
            lines.mapped(lambda line: (line.user_id.name, line.weight)),
            [("Ann", 3), ("Bob", 2), ("Eve", 1)],
        )
        self.assertEqual((action.assign_team_id, action.assign_daily_limit), (team, 7))
        self.assertFalse(action.assign_keep)

    def test_a_manager_designs_it_and_a_published_pool_does_not_change(self):
        manager = self.user("designer", "crm_workflow.group_manager")
        draft = self.assigning(more={"publish": False}).draft_version_id
        action = draft.action_ids.server_action_id.with_user(manager)
        action.assign_line_ids[0].weight = 2
        with self.assertRaises(AccessError):
            self.assign(usage="ir_actions_server").assign_line_ids.with_user(manager).weight = 2
        workflow = self.assigning()
        lines = workflow.live_version_id.action_ids.server_action_id.assign_line_ids
        for change in (
            lambda: lines[0].write({"weight": 5}),
            lambda: lines[0].unlink(),
            lambda: lines[0].copy({"user_id": self.admin.id}),
        ):
            with self.assertRaisesRegex(UserError, "published workflow"), self.cr.savepoint():
                change()

    def test_of_two_transactions_at_once_one_is_run_again(self):
        with self.registry.cursor() as first, self.registry.cursor() as second:
            one, two = (api.Environment(cr, SUPERUSER_ID, {}) for cr in (first, second))
            try:
                # The first time, and whenever there is a rota already.
                for turns in (1, 2):
                    second.execute("SELECT 1 FROM crm_workflow_rota LIMIT 1")
                    rota_id = rotas.hold(one, "test", None, None)
                    given = (None, SUPERUSER_ID, 1, turns, 1, fields.Date.today(), turns)
                    rotas.note(one, rota_id, [given])
                    first.commit()
                    with self.assertRaises(SerializationFailure):
                        rotas.hold(two, "test", None, None)
                    second.rollback()
                    self.assertEqual(rotas.hold(two, "test", None, None), rota_id)
                    [share] = rotas.shares(two, rota_id, [SUPERUSER_ID])
                    self.assertEqual((share["turns"], share["day_count"]), (turns, turns))
                    second.rollback()
            finally:
                second.rollback()
                first.rollback()
                first.execute("DELETE FROM crm_workflow_rota WHERE key = 'test'")
                first.commit()
