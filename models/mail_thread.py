import json

from odoo import models

from ..services import capture
from ..services.wake import wake


class MailThread(models.AbstractModel):
    """A step calls nobody: what its messages tell to browsers waits in Odoo's queue for that."""

    _inherit = "mail.thread"

    def _web_push_send_notification(
        self, devices, private_key, public_key, payload_by_lang=None, payload=None
    ):
        if not capture.acting_step(self.env.cr):
            return super()._web_push_send_notification(
                devices, private_key, public_key, payload_by_lang=payload_by_lang, payload=payload
            )
        self.env["mail.push"].sudo().create(
            [
                {
                    "mail_push_device_id": device.id,
                    "payload": json.dumps(
                        payload_by_lang[device.partner_id.lang] if payload_by_lang else payload
                    ),
                }
                for device in devices
            ]
        )
        return wake(self.env, "mail.ir_cron_web_push_notification")
