"""The same queue served by one, two and four processes."""

from ..crew import Crew
from ..passage import Passage, rounds
from ..race import Contestant, race
from ..workflows import write_step

SIZES = (1, 2, 4)
WAIT = {"kind": "delay", "delay_amount": 1, "delay_unit": "days"}
#: Two workers do in a second what one does in 1.7, where each has a processor of its own.
TARGETS = {2: {"ratio": 1 / 1.7}}


def races(records, quick):
    undo = ["UPDATE res_partner SET ref = NULL WHERE ref IS NOT NULL"]
    passage = Passage(
        records, "workers", lambda env: [write_step(env), WAIT], undo, ["res_partner"]
    )
    crew = Crew(passage.env.cr.dbname, max(SIZES))
    contestants = [
        Contestant(
            f"{size} processes" if size > 1 else "1 process",
            lambda size=size: crew.serve(size),
            passage.reset,
            TARGETS.get(size),
        )
        for size in SIZES
    ]
    try:
        yield race("Workers: write a field and wait", records, contestants, rounds(records, quick))
    finally:
        crew.dismiss()
