from . import branch, call, compute, delay, end, enroll, goto, note, placeholder, server
