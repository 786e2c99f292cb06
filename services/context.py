"""Context keys of this add-on. Three at most; everything else is a parameter."""

#: Set to True by whoever writes records that nobody is to enter a workflow by; members remember
#: how the records are then. False lets an import start workflows whatever the settings say.
SILENT = "crm_workflow_silent"
