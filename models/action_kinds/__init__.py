from . import (
    branch,
    compute,
    delay,
    end,
    enroll,
    server,
    until_date,
    until_field,
    until_happens,
    until_weekday,
)
