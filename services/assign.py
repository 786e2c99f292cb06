"""Assigning records to people: who has room now, and whose turn it is."""

from collections import Counter, defaultdict
from datetime import timezone
from zoneinfo import ZoneInfo

from odoo.exceptions import UserError

from ..engine.rotation import Person, in_turn, least_busy, levelled, rebased, share_out
from .pools import load_of, pools_of
from .presence import present
from .queue import rotas


def assign(action_sudo, records):
    """Give each record to somebody, with one write per person.

    :param action_sudo: a server action whose state is ``crm_workflow_assign``
    :param records: as whoever assigns sees them
    :return: {record id: what became of it}, for those that have not kept their owner
    :raise UserError: when a field that it needs is no more
    """
    name = _checked_field(action_sudo)
    free = records
    if action_sudo.assign_keep:
        # Who has left the company is in charge of nothing.
        free = records.filtered(lambda record: not record[name].sudo().active)
    if not free:
        return {}
    desk = _Desk(action_sudo, free)
    for pool in desk.pools:
        desk.serve(pool)
    if not action_sudo.assign_notify:
        free = free.with_context(mail_auto_subscribe_no_notify=True)
    for user_id, record_ids in desk.given.items():
        _hand_over(free.browse(record_ids), name, user_id)
    desk.settle()
    return desk.told


def _hand_over(records, name, user_id):
    """Who has it already need not be told again."""
    others = records.filtered(lambda record: record[name].id != user_id)
    if others:
        others.write({name: user_id})


def _checked_field(action_sudo):
    if faults := action_sudo._assign_faults():
        raise UserError(faults[0])
    return action_sudo.assign_field


_ORDERS = {"turn": in_turn, "weight": in_turn, "busy": least_busy}


class _Desk:
    """Where the records of all pools are given out, with the rota in hands."""

    def __init__(self, action_sudo, records):
        self.action_sudo = action_sudo
        self.env = records.env
        # First, so that whoever loses the race has done nothing in vain.
        self.rota_id = rotas.hold(self.env, *action_sudo._rota())
        self.pools = pools_of(action_sudo, records)
        users_sudo = action_sudo.env["res.users"].union(
            *(user for pool in self.pools for user, _weight in pool.members)
        )
        self.staff_sudo = users_sudo.filtered(lambda user: user.active and not user.share)
        now = self.env.cr.now()
        self.there_ids = set(present(self.staff_sudo, action_sudo.assign_present, now).ids)
        self.days = {user.id: _day(user, now) for user in self.staff_sudo}
        self.shares = {
            (share["team_id"], share["user_id"]): share
            for share in rotas.shares(self.env, self.rota_id, self.staff_sudo.ids)
        }
        self.today = self._got_today()
        self.load = load_of(action_sudo, self.staff_sudo)
        self.given = defaultdict(list)
        self.told = {}
        self.notes = []

    def _got_today(self):
        """How many each has got on this day, whichever the team."""
        got = Counter()
        for (_team, user_id), share in self.shares.items():
            if share["day"] == self.days[user_id]:
                got[user_id] += share["day_count"]
        return got

    def serve(self, pool):
        """Choose somebody for each record of a pool."""
        staff = [(user, weight) for user, weight in pool.members if user in self.staff_sudo]
        people = levelled([self._person(pool, user, weight) for user, weight in staff])
        there = [person for person in people if person.id in self.there_ids]
        order = _ORDERS[self.action_sudo.assign_how]
        chosen = share_out(there, len(pool.record_ids), order)
        texts = {user.id: self.env._("Assigned to %s", user.name) for user, _weight in staff}
        texts[None] = self._nobody(pool, staff, there)
        for record_id, user_id in zip(pool.record_ids, chosen, strict=True):
            self.told[record_id] = texts[user_id]
            if user_id:
                self.given[user_id].append(record_id)
        self._count(pool, there, Counter(chosen))

    def _person(self, pool, user, weight):
        share = self.shares.get((pool.team_id, user.id))
        limit = self.action_sudo.assign_daily_limit
        return Person(
            user.id,
            weight,
            rebased(share["turns"], share["weight"], weight) if share else 0,
            self.load[user.id],
            max(0, limit - self.today[user.id]) if limit else None,
        )

    def _nobody(self, pool, staff, there):
        """Why a record of the pool has got nobody."""
        if not staff and pool.team_id is None and self.action_sudo.assign_from != "people":
            return self.env._("Assigned to nobody: there is no team.")
        if not staff:
            return self.env._("Assigned to nobody: there is nobody to choose from.")
        if not there:
            return self.env._("Assigned to nobody: nobody is available now.")
        return self.env._("Assigned to nobody: everybody available has got the day's share.")

    def _count(self, pool, people, got):
        for person in people:
            number = got[person.id]
            if number:
                day, before = self.days[person.id], self.shares.get((pool.team_id, person.id))
                own = before["day_count"] if before and before["day"] == day else 0
                self.today[person.id] += number
                self.load[person.id] += number
                turns = person.turns + number
                self.notes.append(
                    (pool.team_id, person.id, person.weight, turns, number, day, own + number)
                )

    def settle(self):
        """Write what everybody has got."""
        if self.notes:
            rotas.note(self.env, self.rota_id, self.notes)


def _day(user, now):
    """The day it is for somebody."""
    return now.replace(tzinfo=timezone.utc).astimezone(ZoneInfo(user.tz or "UTC")).date()
