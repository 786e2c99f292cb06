from . import branch, delay, end, enroll, goto, note, placeholder, server
