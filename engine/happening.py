"""What a kind of event is: whose it is, and which captured facts are one.

Values are as :mod:`.changes` speaks of them.
"""

from dataclasses import dataclass

from .changes import accepts, gained

#: A field takes a value: by a change, or because the record is created with it.
TURN = ("created", "changed")


def is_told(data):
    """True for what an event told of its subject; what came by a webhook may hold anything.

    >>> is_told({"event": "won", "model": "crm.lead", "id": 7, "values": {}})
    True
    >>> is_told({"event": "won"}), is_told(None), is_told({"model": ["crm.lead"], "id": 7})
    (False, False, False)
    """
    if not data or not {"event", "model", "id", "values"} <= data.keys():
        return False
    kinds = {"event": str, "model": str, "id": int, "values": dict}
    return all(isinstance(data[name], kind) for name, kind in kinds.items())


@dataclass(frozen=True, slots=True)
class Happening:
    """One kind of event, as its file in ``models/trigger_events`` describes it.

    Its *subject* is the record that it happens to, such as the invoice that is paid.
    """

    #: where the form lists it, see ``_event_groups``
    group: str = "record"
    #: the subject's model; empty when the trigger names it, or takes the workflow's own
    model: str = ""
    #: names of the captured facts that can be one
    facts: tuple = TURN
    #: the field whose change it is: the first of these that the subject's model has
    fields: tuple = ()
    #: the new values that make it the event; None for any but no value
    values: tuple | None = None
    #: what is always asked of the subject, as a domain
    domain: tuple = ()
    #: ways from the subject to the records that enter, before those that are found by themselves
    ways: tuple = ()
    #: models whose apps bring it about, besides the subject's
    needs: tuple = ()
    #: what the form asks for: "model", "field", "from", "to"
    asks: tuple = ()

    @property
    def is_gone(self):
        """True when the subject does not exist any more, so that nothing can be asked of it."""
        return "deleted" in self.facts

    def turns(self, change, accepted):
        """True when a field's change is this event.

        :param change: [old, new], or None
        :param accepted: the new values that the trigger accepts, None for any

        >>> won = Happening(fields=("won_status",), values=("won",))
        >>> won.turns(["pending", "won"], None), won.turns(["won", "lost"], None)
        (True, False)
        >>> tag_added = Happening(fields=("tag_ids",))
        >>> tag_added.turns([[1], [1, 2]], [2]), tag_added.turns([[1, 2], [2]], [2])
        (True, False)
        """
        return any(
            accepts(accepted, value)
            and (bool(value) if self.values is None else value in self.values)
            for value in gained(*change or (False, False))
        )
