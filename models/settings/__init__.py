from . import clock, hours, notification, related, switch_off
