# In the order in which the form offers them, under their headings.
# isort: off
from . import created, changed, stage_entered, assigned, tag_added, tag_removed
from . import archived, unarchived, deleted
from . import won, lost, quote_sent, quote_confirmed
from . import message_received, message_sent, note_logged
from . import email_opened, email_clicked, email_replied, email_bounced
from . import mailing_opened, mailing_clicked, unsubscribed, address_blacklisted
from . import activity_planned, activity_done, activity_overdue, activity_cancelled
from . import meeting_booked, attendee_answered
from . import invoice_posted, invoice_paid, invoice_overdue, payment_received
from . import form_submitted, page_visited, chat_ended, survey_completed, event_registered
from . import task_stage, ticket_created, ticket_closed, rating_given
