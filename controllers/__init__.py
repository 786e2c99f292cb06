from . import crm_workflow, webhook
