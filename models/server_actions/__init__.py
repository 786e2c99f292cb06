from . import (
    code,
    crm_workflow_archive,
    crm_workflow_assign,
    crm_workflow_copy,
    crm_workflow_create,
    crm_workflow_delete,
    crm_workflow_edit,
    multi,
    object_write,
)
