from . import criteria, event, schedule, webhook
