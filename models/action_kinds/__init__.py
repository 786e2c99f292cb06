from . import branch, compute, decision, delay, end, enroll, server
