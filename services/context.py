"""Context keys of this add-on. Three at most; everything else is a parameter."""

#: Set to True by whoever writes records that workflows are to ignore.
SILENT = "crm_workflow_silent"
