"""Workers that are killed at random instants, and replaced."""

import os
import time

#: True in a run that takes its time: `bin/test --soak`.
SOAK = bool(os.environ.get("CRM_WORKFLOW_SOAK"))


class Crew:
    """Keeps a worker at each of its posts.

    :param posts: (verb, arguments) of each worker
    """

    def __init__(self, host, database, lots, *posts):
        self.host, self.database, self.lots = host, database, lots
        self.posts = posts
        self.kills = 0
        self.in_hands = set()  # (key, attempt) of each call that was in hands when somebody died
        self.resumed = []  # seconds from a worker's death until its batch was in other hands
        self._orphans = {}  # ticket of a dead worker: when it was seen
        self.workers = [host.start(verb, **arguments) for verb, arguments in posts]

    def kill_one(self):
        """End a random worker as the kernel does, and put another in its place."""
        post = self.lots.randrange(len(self.posts))
        if self.workers[post].poll() is None:
            self.workers[post].kill()
            self.kills += 1
            self.in_hands |= self.database.calls_in_hands()
        self.look_after_orphans()
        verb, arguments = self.posts[post]
        self.workers[post] = self.host.start(verb, **arguments)

    def look_after_orphans(self):
        """Note which batches of the dead were taken up."""
        now, orphans = time.monotonic(), self.database.tickets_of_the_dead()
        for ticket in [*self._orphans]:
            if ticket not in orphans:
                self.resumed.append(now - self._orphans.pop(ticket))
        for ticket in orphans:
            self._orphans.setdefault(ticket, now)

    def replace_ended(self):
        """Whoever ended by itself has no work at the moment, or was thrown out: another comes."""
        for post, (verb, arguments) in enumerate(self.posts):
            if self.workers[post].poll() is not None:
                self.workers[post] = self.host.start(verb, **arguments)

    def dismiss(self):
        """End all of them."""
        for worker in self.workers:
            if worker.poll() is None:
                worker.kill()
        self.in_hands |= self.database.calls_in_hands()

    def check_resumed(self):
        """Batches of the dead are taken up; the bounds are those of a very busy machine."""
        seconds = sorted(self.resumed) or [0]
        assert seconds[len(seconds) // 2] < 10 and seconds[-1] < 60, self.told()

    def told(self):
        """How long a batch waited for other hands."""
        if not self.resumed:
            return "no batch had to be taken up"
        seconds = sorted(self.resumed)
        middle = seconds[len(seconds) // 2]
        return (
            f"{len(seconds)} batches were taken up after {middle:.2f} s (median), "
            f"{seconds[-1]:.2f} s at most"
        )
