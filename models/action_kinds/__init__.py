from . import branch, delay, end, enroll, server, split, unenroll, values
