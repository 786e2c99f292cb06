from . import branch, call, delay, end, enroll, server
