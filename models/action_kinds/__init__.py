from . import branch, delay, end, enroll, server
