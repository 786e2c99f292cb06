from . import criteria, event, schedule
