"""Windows: at which hours of which days a workflow acts.

All of it is read on the clock on the wall of one time zone: a window from 9 to 17, a date that is
skipped, a public holiday. An hour that the clocks skip does not come, so a window within it does
not open on that day; an hour that they repeat comes twice, and is open both times.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from zlib import crc32
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)
DAY_MINUTES = 24 * 60
#: How far ahead an opening is looked for.
HORIZON_DAYS = 366
#: Days looked at together: where the clocks go back over midnight, a day ends after the next began.
_TOGETHER = 7


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of one day of the week (Monday is 0), in minutes since midnight.

    One that ends no later than it starts ends on the next day.
    """

    weekday: int
    start: int
    end: int

    def on(self, day):
        """The stretch that begins on a day, as (start, end) on the clock."""
        midnight = datetime.combine(day, datetime.min.time())
        end = self.end if self.end > self.start else self.end + DAY_MINUTES
        return midnight + timedelta(minutes=self.start), midnight + timedelta(minutes=end)


ALWAYS = tuple(Window(weekday, 0, DAY_MINUTES) for weekday in range(7))


@dataclass(frozen=True, slots=True)
class Skip:
    """Days, from the first to the last, on which nothing is done: once, or every year.

    >>> Skip(date(2026, 12, 24), date(2027, 1, 2), yearly=True).covers(date(2031, 1, 1))
    True
    """

    first: date
    last: date
    yearly: bool = False

    def covers(self, day):
        """True for a day that is skipped."""
        if not self.yearly:
            return self.first <= day <= self.last
        first, last, day = ((moment.month, moment.day) for moment in (self.first, self.last, day))
        return first <= day <= last if first <= last else day >= first or day <= last


@dataclass(frozen=True, slots=True)
class Opening:
    """A stretch of naive UTC in which a workflow acts."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Hours:
    """When a workflow acts: in its windows, or at any hour without any, but for days that are free.

    ``holidays`` are (start, end) on the clock.

    >>> office = tuple(Window(weekday, 9 * 60, 17 * 60) for weekday in range(5))
    >>> saturday = datetime(2026, 3, 28, 12, 0)
    >>> Hours(office, zone="Europe/Oslo").next_open(saturday).start
    datetime.datetime(2026, 3, 30, 7, 0)
    """

    windows: tuple[Window, ...] = ()
    skips: tuple[Skip, ...] = ()
    holidays: tuple[tuple[datetime, datetime], ...] = ()
    zone: str = "UTC"

    def next_open(self, moment):
        """The opening that a moment (naive UTC) lies in, from then on, or else the next one.

        None, when there is none within a year.
        """
        today = (moment + self._offset(moment)).date()
        for ahead in range(-1, HORIZON_DAYS + 1, _TOGETHER):
            days = (today + timedelta(days=ahead + n) for n in range(_TOGETHER + 1))
            openings = [
                Opening(max(opening.start, moment), opening.end)
                for day in days
                for opening in self._openings(day)
                if opening.end > moment
            ]
            if openings:
                return min(openings, key=lambda found: (found.start, found.start - found.end))
        return None

    def _openings(self, day):
        """What opens on a day, in UTC."""
        for start, end in self._stretches(day):
            yield from self._passes(start, end)

    def _stretches(self, day):
        """What is open of the windows that begin on a day, as (start, end) on the clock."""
        windows = self.windows or ALWAYS
        stretches = [window.on(day) for window in windows if window.weekday == day.weekday()]
        free = [_whole(other) for other in (day, day + DAY) if self._skips(other)]
        for hole in (*free, *self.holidays) if stretches else ():
            stretches = [rest for stretch in stretches for rest in _without(stretch, hole)]
        return stretches

    def _skips(self, day):
        return any(skip.covers(day) for skip in self.skips)

    def _passes(self, start, end):
        """When the clock shows a stretch: once, twice, or never, around a change of the clocks."""
        before, after = start - DAY, end + DAY
        earlier, later = self._offset(before), self._offset(after)
        change = self._change(before, after) if earlier != later else datetime.max
        for first, last in (
            (start - earlier, min(end - earlier, change)),
            (max(start - later, change), end - later),
        ):
            if first < last:
                yield Opening(first, last)

    def _change(self, before, after):
        """The second at which the clocks change between two moments of UTC, found by halving."""
        offset = self._offset(before)
        low, high = 0, int((after - before).total_seconds())
        while high - low > 1:
            middle = (low + high) // 2
            if self._offset(before + timedelta(seconds=middle)) == offset:
                low = middle
            else:
                high = middle
        return before + timedelta(seconds=high)

    def _offset(self, moment):
        return moment.replace(tzinfo=timezone.utc).astimezone(ZoneInfo(self.zone)).utcoffset()


def start_within(opening, key, minutes):
    """When one of many that an opening lets go starts: the same moment each time it is asked.

    They are spread over the first minutes, at most over half of the opening, so that the last
    are not too late.

    :param key: text that names the one
    """
    most = (opening.end - opening.start) / 2
    seconds = int(min(timedelta(minutes=minutes), most).total_seconds())
    return opening.start + timedelta(seconds=crc32(key.encode()) % seconds if seconds else 0)


def _whole(day):
    midnight = datetime.combine(day, datetime.min.time())
    return midnight, midnight + DAY


def _without(stretch, hole):
    """What a hole leaves of a stretch."""
    (start, end), (first, last) = stretch, hole
    parts = ((start, min(end, first)), (max(start, last), end))
    return [part for part in parts if part[0] < part[1]]


def is_zone(name):
    """True for the name of a time zone that is known here.

    >>> is_zone("Europe/Oslo"), is_zone("Middle of Nowhere"), is_zone(None)
    (True, False, False)
    """
    try:
        return bool(name) and bool(ZoneInfo(name))
    except (KeyError, ValueError, OSError):
        return False
