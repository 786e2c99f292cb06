from . import crm_workflow, mail, webhook
