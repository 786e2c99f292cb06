from . import branch, compute, delay, end, enroll, goto, note, placeholder, server
