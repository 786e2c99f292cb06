from . import (
    base_partner_merge,
    crm_workflow_enroll,
    crm_workflow_enroll_pick,
    crm_workflow_enroll_start,
    crm_workflow_health,
    crm_workflow_import,
    crm_workflow_publish,
    crm_workflow_publish_admission,
    crm_workflow_turn_off,
)
