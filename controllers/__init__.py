from . import crm_workflow
