from odoo.tests import tagged

from .messages import MessageCase


@tagged("post_install", "-at_install", "-standard", "crm_workflow_apps")
class TestListStep(MessageCase):
    """Mailing lists and SMS, where the apps are."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seller.group_ids += cls.env.ref("mass_mailing.group_mass_mailing_user")
        cls.lists = cls.env["mailing.list"].create([{"name": "News"}, {"name": "Offers"}])

    def change(self, change="add", lists=None, publish=True, object_type=None):
        lists = self.lists if lists is None else lists
        return self.act(
            "crm_workflow_mailing_list",
            object_type,
            publish=publish,
            crm_workflow_mailing_list_change=change,
            crm_workflow_mailing_lists=str(lists.ids),
        )

    def on(self, email):
        """The lists that an address is on."""
        return (
            self.env["mailing.subscription"]
            .search([("contact_id.email_normalized", "=", email), ("opt_out", "=", False)])
            .list_id
        )

    def test_addresses_are_put_on_lists_and_taken_off(self):
        known = self.env["mailing.contact"].create({"name": "Bob", "email": self.other.email})
        workflow = self.change()
        self.go(workflow, self.contact | self.other)
        self.go(workflow, self.contact)
        self.assertEqual(self.on("ada@nordic.example"), self.lists)
        self.assertEqual(known.list_ids, self.lists)
        self.go(self.change("remove", self.lists[0]), self.contact)
        self.assertEqual(self.on("ada@nordic.example"), self.lists[1])

    def test_records_with_one_address_are_one_subscriber(self):
        twins = self.contacts(2, email="twin@test.example")
        self.go(self.change(), twins)
        contacts = self.env["mailing.contact"].search([("email", "=", "twin@test.example")])
        self.assertEqual(len(contacts), 1)

    def test_the_address_of_a_deal_is_that_of_its_contact(self):
        self.go(self.change(object_type=self.deal_type), self.deal())
        self.assertEqual(self.on("ada@nordic.example"), self.lists)

    def test_whoever_has_left_is_not_put_on_it_again(self):
        workflow = self.change()
        self.go(workflow, self.contact)
        rows = self.env["mailing.subscription"].search([])
        rows = rows.filtered(lambda row: row.contact_id.email_normalized == "ada@nordic.example")
        rows.opt_out = True
        self.go(workflow, self.contact)
        self.assertFalse(self.on("ada@nordic.example"))
        self.assertIn("has left the list", self.told(workflow, self.contact))
        self.go(self.change("remove"), self.contact)
        self.assertTrue(rows.exists(), "what people chose stays known")

    def test_a_record_without_an_address_goes_on(self):
        self.contact.email = False
        workflow = self.change()
        enrollments = self.go(workflow, self.contact | self.other)
        self.assertEqual(enrollments.mapped("state"), ["completed"] * 2)
        self.assertIn("no e-mail address", self.told(workflow, self.contact))

    def test_many_take_no_more_queries_than_one(self):
        numbers = iter(range(1000))

        def make(count):
            return self.env["res.partner"].create(
                [{"name": "Many", "email": f"m{next(numbers)}@b.example"} for _time in range(count)]
            )

        self.assertNoMoreForMany(self.change(), make)
        self.assertNoMoreForMany(self.change("remove"), make)

    def test_what_is_wrong_is_told_before_publishing(self):
        none = self.lists.browse()
        self.assertIn("Choose the mailing", self.problem(self.change(lists=none, publish=False)))
        self.seller.group_ids -= self.env.ref("mass_mailing.group_mass_mailing_user")
        self.assertIn("may not change mailing", self.problem(self.change(publish=False)))

    def test_lists_that_are_gone_park_the_record(self):
        workflow = self.change()
        self.lists.unlink()
        self.assertEqual(self.go(workflow, self.contact).state, "parked")

    def test_it_travels_in_the_document(self):
        action = self.travels(self.change("remove"))
        self.assertEqual(action.crm_workflow_mailing_lists, str(self.lists.ids))
        self.assertIn("News", self.change().export_xml())

    def test_its_name_says_what_it_does(self):
        manager = self.user("no_mailings", "crm_workflow.group_manager")
        for user, name in ((self.admin, "News"), (manager, f"#{self.lists[0].id}")):
            # As Odoo makes the name that is kept.
            action = (
                self.env["ir.actions.server"]
                .with_user(user)
                .sudo()
                .new(
                    {
                        "state": "crm_workflow_mailing_list",
                        "crm_workflow_mailing_lists": str(self.lists[0].ids),
                    }
                )
            )
            self.assertEqual(action._generate_action_name(), f"Add to mailing list: {name}")

    # SMS

    def sms(self, **vals):
        template = self.env["sms.template"].create(
            {
                "name": "Hello",
                "model_id": self.env["ir.model"]._get_id("res.partner"),
                "body": "Hello {{ object.name }}",
            }
        )
        return self.act("sms", **{"sms_template_id": template.id, "sms_method": "sms", **vals})

    def texts(self):
        return self.env["sms.sms"].search([("state", "=", "outgoing")], order="id").mapped("body")

    def test_sms_wait_in_the_queue(self):
        self.patch(type(self.env["sms.sms"]), "send", self.fail_to_send)
        (self.contact | self.other).write({"phone": "+32 456 00 11 22"})
        self.other.phone = "+32 456 00 11 33"
        for method, notes in (("sms", 0), ("comment", 1), ("note", 2)):
            self.go(self.sms(sms_method=method), self.contact | self.other)
            found = self.contact.message_ids.filtered(lambda own: own.message_type == "sms")
            self.assertEqual(len(found), notes, method)
        self.assertEqual(self.texts(), ["Hello Ada", "Hello Bob"] * 2)

    def fail_to_send(self, *_args, **_options):
        raise AssertionError("a step sends nothing")

    def test_whoever_has_no_number_gets_none(self):
        self.other.phone = "+32 456 00 11 33"
        workflow = self.sms()
        enrollments = self.go(workflow, self.contact | self.other)
        self.assertEqual(enrollments.mapped("state"), ["completed"] * 2)
        self.assertIn("Not sent: Missing Number", self.told(workflow, self.contact))
        self.assertEqual(self.texts(), ["Hello Bob"])

    def test_many_sms_take_no_more_queries_than_one(self):
        self.assertNoMoreForMany(
            self.sms(), lambda count: self.contacts(count, phone="+32456001122")
        )
