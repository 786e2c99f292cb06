from datetime import timedelta

from odoo.tests import tagged

from .messages import MessageCase


@tagged("post_install", "-at_install")
class TestActivityStep(MessageCase):
    """Activities, and followers, for many records at once."""

    def plan(self, object_type=None, publish=True, **vals):
        own = {
            "activity_type_id": self.env.ref("mail.mail_activity_data_todo").id,
            "activity_summary": "Call {{ object.name }}",
            "activity_user_type": "specific",
            "activity_user_id": self.seller.id,
            "activity_date_deadline_range": 3,
            **vals,
        }
        return self.act("next_activity", object_type, publish=publish, **own)

    def test_each_record_gets_its_own(self):
        workflow = self.plan(activity_note="<p>About {{ object.name }}</p>")
        self.go(workflow, self.contact | self.other)
        activities = (self.contact | self.other).activity_ids
        self.assertEqual(set(activities.mapped("summary")), {"Call Ada", "Call Bob"})
        self.assertIn("About Ada", self.contact.activity_ids.note)
        self.assertEqual(activities.user_id, self.seller)
        self.assertEqual(activities.create_uid, self.seller)
        due = self.today(workflow) + timedelta(days=3)
        self.assertEqual(set(activities.mapped("date_deadline")), {due})
        self.assertTrue(all(activities.mapped("automated")))

    def test_the_record_says_who_is_responsible(self):
        self.company.user_id = self.admin
        deals = self.deal(user_id=self.admin.id) | self.deal(user_id=self.seller.id)
        for path in ("user_id", "partner_id.parent_id.user_id"):
            workflow = self.plan(
                self.deal_type,
                activity_user_type="generic",
                activity_user_field_name=path,
                activity_user_id=False,
            )
            self.go(workflow, deals)
        self.assertEqual(deals[1].activity_ids.user_id, self.admin | self.seller)
        self.assertEqual(deals[0].activity_ids.user_id, self.admin)

    def test_nobody_gets_an_email_for_each(self):
        self.go(self.plan(activity_user_id=self.admin.id), self.contact | self.other)
        self.assertFalse(self.queued())
        self.assertIn(self.admin.partner_id, self.contact.message_partner_ids)

    def test_later_steps_find_it(self):
        self.go(workflow := self.plan(), self.contact)
        [left] = self.enrollments(workflow).outputs.values()
        activity = self.contact.activity_ids
        self.assertEqual(left, {"activity": {"$records": ["mail.activity", activity.ids]}})

    def test_many_take_no_more_queries_than_one(self):
        self.assertNoMoreForMany(self.plan(activity_user_id=self.admin.id), self.contacts)

    def test_a_record_whose_text_fails_does_not_stop_the_others(self):
        contacts = self.contacts(3)
        contacts.mapped(lambda contact: contact.write({"color": contact != contacts[1]}))
        enrollments = self.go(self.plan(activity_summary="{{ 1 / object.color }}"), contacts)
        self.assertEqual(enrollments.mapped("state"), ["completed", "parked", "completed"])

    def test_what_is_wrong_is_told_before_publishing(self):
        workflow = self.plan(publish=False, activity_summary="{{ object.nothing }}")
        self.assertIn("no “nothing”", self.problem(workflow))
        workflow = self.plan(publish=False, activity_type_id=False)
        self.assertIn("Choose the type", self.problem(workflow))

    # Followers

    def follow(self, state="followers", object_type=None, **vals):
        vals = vals or {"followers_type": "specific", "partner_ids": self.other.ids}
        return self.act(state, object_type, **vals)

    def test_followers_come_and_go(self):
        self.go(self.follow(), self.contact)
        self.go(self.follow(), self.contact)
        self.assertEqual(self.contact.message_partner_ids & self.other, self.other)
        follower = self.contact.message_follower_ids.filtered(
            lambda row: row.partner_id == self.other
        )
        self.assertIn(self.env.ref("mail.mt_comment"), follower.subtype_ids)
        self.go(self.follow("remove_followers"), self.contact)
        self.assertFalse(self.contact.message_partner_ids & self.other)

    def test_each_record_has_its_own_followers(self):
        deals = self.deal(partner_id=self.contact.id) | self.deal(partner_id=self.other.id)
        deals.message_unsubscribe(deals.message_partner_ids.ids)
        own = {"followers_type": "generic", "followers_partner_field_name": "partner_id"}
        self.go(self.follow(object_type=self.deal_type, **own), deals)
        self.assertEqual(deals[0].message_partner_ids, self.contact)
        self.assertEqual(deals[1].message_partner_ids, self.other)
        deals.message_subscribe((self.contact | self.other).ids)
        self.go(self.follow("remove_followers", self.deal_type, **own), deals)
        self.assertEqual(deals[0].message_partner_ids, self.other)
        self.assertEqual(deals[1].message_partner_ids, self.contact)

    def test_followers_that_nobody_names_are_told_before_publishing(self):
        for state in ("followers", "remove_followers"):
            for vals in (
                {"followers_type": "specific"},
                {"followers_type": "generic", "followers_partner_field_name": False},
            ):
                workflow = self.follow(state, publish=False, **vals)
                self.assertIn("Choose the followers", self.problem(workflow))

    def test_followers_take_no_more_queries_for_many(self):
        def deals(count):
            return self.env["crm.lead"].create(
                [
                    {"name": "Deal", "type": "opportunity", "partner_id": contact.id}
                    for contact in self.contacts(count)
                ]
            )

        own = {"followers_type": "generic", "followers_partner_field_name": "partner_id"}
        for state in ("followers", "remove_followers"):
            self.assertNoMoreForMany(self.follow(state, self.deal_type, **own), deals)
