"""Drain: the facts of the queue, slice by slice, although others hold some of the records."""

import logging
import random
import time

from . import enroller, races
from .faults import is_everybodys
from .queue import events, wakes

_logger = logging.getLogger(__name__)

SLICE = 1_000
#: A slice that is undone is tried in so many parts, which are parted further where that happens.
PARTS = 10
#: So long parts are tried before the next slice is.
PARTS_SECONDS = 3


class Drain:
    """Works through the facts of one tick.

    A record whose facts lose against somebody who holds a row, or cannot be worked through, is
    passed over until the next tick, with all of its facts: they stay in their order. The facts of
    others go on.
    """

    def __init__(self, env):
        self.env = env
        #: (model name, id) of the records that are passed over
        self.passed = set()
        #: True when nothing is left that this tick could do
        self.ended = False
        self._is_first = True

    def next_slice(self):
        """Work through the oldest slice; returns how many facts. Does not commit all of them."""
        try:
            return self._slice()
        except enroller.NotOurTurn:
            _logger.info("Another process enrols at the moment")
            self.ended = True
            return 0

    def _slice(self):
        done, fault = self._attempt(self._oldest)
        if not fault:
            return done
        tried = []
        done, fault = self._attempt(lambda: self._free(tried), max_waits=1)
        if not fault:
            return done
        self.ended = not tried
        return self._parts(_by_record(tried), time.monotonic() + PARTS_SECONDS, fault)

    def _attempt(self, work, **options):
        """(how many facts, None), or (0, what keeps them from being worked through)."""
        is_first, self._is_first = self._is_first, False
        try:
            return enroller.take_turn(self.env, work, is_first=is_first, **options), None
        except enroller.NotOurTurn:
            raise
        except Exception as error:
            if self.env.cr.closed or is_everybodys(error):
                raise
            return 0, error

    def _oldest(self):
        rows = events.take_events(self.env, SLICE, self.passed)
        self.ended = not rows
        return enroller.work_through(self.env, rows)

    def _free(self, tried):
        """The same without the records that are themselves held, which a look tells at once.

        :param tried: a list, filled with the facts that are worked through
        """
        rows = events.take_events(self.env, SLICE, self.passed)
        self.ended = not rows
        self._pass_over(wakes.held(self.env, rows))
        tried[:] = [row for row in rows if _record(row) not in self.passed]
        return enroller.work_through(self.env, tried)

    def _parts(self, records, ends, fault):
        """Try facts in parts: who is held is reached from them, along whatever path.

        :param records: {record: ids of its facts}
        :param ends: when to leave what has not been tried to the next slice
        :param fault: what was raised about all of them together
        """
        if len(records) == 1:
            if not isinstance(fault, races.LostRaces):
                _logger.error("Facts cannot be worked through: %s", records, exc_info=fault)
            self._pass_over(records)
            return 0
        done, names = 0, list(records)
        # Those that lose take all the time: others must not be behind the same ones each time.
        random.shuffle(names)
        for start in range(min(PARTS, len(names))):
            part = {name: records[name] for name in names[start::PARTS]}
            done += self._part(part, ends)
            if time.monotonic() > ends:
                break
        return done

    def _part(self, records, ends):
        ids = [event_id for event_ids in records.values() for event_id in event_ids]
        done, fault = self._attempt(
            lambda: enroller.work_through(self.env, events.take_those(self.env, ids)), max_waits=1
        )
        return self._parts(records, ends, fault) if fault else done

    def _pass_over(self, records):
        self.passed.update(records)
        if records:
            _logger.info("Facts about %s records are left to the next tick", len(records))


def _record(row):
    return row["res_model"], row["res_id"]


def _by_record(rows):
    """{record: ids of the facts about it}."""
    found = {}
    for row in rows:
        found.setdefault(_record(row), []).append(row["id"])
    return found
