from . import (
    base_partner_merge,
    crm_workflow_enroll,
    crm_workflow_import,
    crm_workflow_publish,
    crm_workflow_turn_off,
)
