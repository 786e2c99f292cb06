from . import criteria, event, webhook
