from . import clock, hours, notification, switch_off
