from . import (
    code,
    crm_workflow_assign,
    crm_workflow_email,
    crm_workflow_email_to,
    crm_workflow_mailing_list,
    crm_workflow_note,
    crm_workflow_notify,
    followers,
    multi,
    next_activity,
    object_write,
    sms,
)
