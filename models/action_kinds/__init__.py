from . import branch, delay, end, server
