from . import (
    branch,
    compute,
    decision,
    delay,
    end,
    enroll,
    goto,
    note,
    placeholder,
    server,
)
