from . import criteria, event
