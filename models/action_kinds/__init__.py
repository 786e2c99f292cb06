from . import branch, compute, delay, end, enroll, server
