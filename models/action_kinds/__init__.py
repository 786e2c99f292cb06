from . import branch, call, compute, delay, end, enroll, server
