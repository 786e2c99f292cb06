from . import code, crm_workflow_assign, multi, object_write
