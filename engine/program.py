"""A version compiled into an immutable tree: which step comes next.

A lane is a tuple of steps; a branching step owns paths; a path owns a lane. When
a lane ends, control joins the next sibling of the step that owns it, so joins
need no edges and the next step is a function of the program alone::

    >>> delay = Step("wait", "delay")
    >>> branch = Step("split", "branch", paths=(Path("yes", (delay,)), Path("no", ())))
    >>> last = Step("last", "end")
    >>> program = Program((branch, last))
    >>> program.first.key
    'split'
    >>> program.into("yes").key, program.into("no").key
    ('wait', 'last')
    >>> program.after("wait").key, program.after("last")
    ('last', None)
"""

from dataclasses import dataclass, field
from functools import cached_property

from .retry import Policy

#: The role of the path for records on which its step fails.
ERROR = "error"


@dataclass(frozen=True, slots=True)
class Path:
    """One lane under a step; ``key`` never changes through edits, ``role`` is what it is for.

    At its end control joins behind the step that owns it, or ``returns`` to that very step, as in
    a loop.
    """

    key: str
    steps: tuple["Step", ...] = ()
    id: int | None = None
    role: str = ""
    returns: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """One node; ``id`` is the database row where there is one.

    ``policy`` is what is done about its failures, ``target`` the key of a step that it goes to;
    a step that is not for ``all`` is passed by some.
    """

    key: str
    kind: str
    paths: tuple[Path, ...] = ()
    id: int | None = None
    policy: Policy = Policy()
    target: str | None = None
    all: bool = True

    @property
    def error_path(self):
        """The path of records on which the step fails, or None."""
        return next((path for path in self.paths if path.role == ERROR), None)


@dataclass(frozen=True)
class Program:
    """The steps of one version, in order. Equal programs behave equally."""

    steps: tuple[Step, ...] = field(default=())

    @property
    def first(self):
        """The step where records start, or None in an empty program."""
        return self.steps[0] if self.steps else None

    def after(self, key):
        """The step that follows ``key`` once it and its paths are done; None ends the program."""
        lane, position = self._places[key]
        if position + 1 < len(lane.steps):
            return lane.steps[position + 1]
        return self._behind(lane) if lane.owner else None

    def into(self, path_key):
        """The first step met when entering the lane of ``path_key``; an empty one joins at once."""
        path, owner = self._paths[path_key]
        return path.steps[0] if path.steps else self._behind(_Lane((), owner, path.returns))

    def step(self, key):
        """The step of that key, or None when this version has none."""
        place = self._places.get(key)
        return place[0].steps[place[1]] if place else None

    def step_at(self, row_id):
        """The step of that database row, or None."""
        return self._by_id.get(row_id)

    def path(self, key):
        """The path of that key, or None."""
        found = self._paths.get(key)
        return found[0] if found else None

    @property
    def keys(self):
        """Keys of all steps, in the order a reader meets them."""
        return tuple(self._places)

    @cached_property
    def targets(self):
        """Keys of the steps that other steps go to."""
        return frozenset(self.step(key).target for key in self.keys if self.step(key).target)

    def goes_back(self, key):
        """True when the step goes to itself or to one that a reader meets before it.

        >>> steps = Step("a", "delay"), Step("b", "goto", target="a"), Step("c", "goto", target="d")
        >>> program = Program((*steps, Step("d", "end")))
        >>> program.goes_back("b"), program.goes_back("c"), program.goes_back("d")
        (True, False, False)
        """
        target = self.step(key).target
        return target in self._places and self.keys.index(target) <= self.keys.index(key)

    def depth(self, key):
        """Under how many branching steps a step stands."""
        lane, _position = self._places[key]
        return self.depth(lane.owner) + 1 if lane.owner else 0

    def loops(self, key):
        """Keys of the steps whose lanes return to them, around a step, outermost first.

        >>> inner = Step("write", "server")
        >>> each = Step("each", "loop", (Path("lane", (inner,), returns=True),))
        >>> program = Program((each, Step("last", "end")))
        >>> program.loops("write"), program.after("write").key, program.after("each").key
        (('each',), 'each', 'last')
        """
        lane, _position = self._places[key]
        if not lane.owner:
            return ()
        return (*self.loops(lane.owner), *((lane.owner,) if lane.returns else ()))

    def returning(self, key):
        """The path of a step whose lane returns to it, or None."""
        return next((path for path in self.step(key).paths if path.returns), None)

    @cached_property
    def has_loops(self):
        """True when some lane returns to its step."""
        return any(path.returns for path, _owner in self._paths.values())

    def _behind(self, lane):
        """The step that follows a lane."""
        return self.step(lane.owner) if lane.returns else self.after(lane.owner)

    def survivor(self, key, other):
        """Where a record standing at ``key`` here continues in program ``other``.

        The step of the same key if it is still there, else the next one after it
        that survived; None when nothing after it did.
        """
        step = self.step(key)
        while step is not None and other.step(step.key) is None:
            step = self.after(step.key)
        return other.step(step.key) if step is not None else None

    @cached_property
    def _places(self):
        """{step key: (lane, position)}, in reading order."""
        places = {}
        _collect_places(_Lane(self.steps, None), places)
        return places

    @cached_property
    def _by_id(self):
        """{database row: step}."""
        steps = (lane.steps[position] for lane, position in self._places.values())
        return {step.id: step for step in steps if step.id}

    @cached_property
    def _paths(self):
        """{path key: (path, key of the step that owns it)}."""
        return {
            path.key: (path, key)
            for key, (lane, position) in self._places.items()
            for path in lane.steps[position].paths
        }


@dataclass(frozen=True, slots=True)
class _Lane:
    steps: tuple[Step, ...]
    owner: str | None
    returns: bool = False


def _collect_places(lane, places):
    for position, step in enumerate(lane.steps):
        places[step.key] = (lane, position)
        for path in step.paths:
            _collect_places(_Lane(path.steps, step.key, path.returns), places)
