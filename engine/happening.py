"""What a kind of event is: whose it is, and which captured facts are one.

Values are as :mod:`.changes` speaks of them.
"""

from dataclasses import dataclass

from .changes import accepts, gained
from .typed_json import Ids

#: A field takes a value: by a change, or because the record is created with it.
TURN = ("created", "changed")


def told(event, model_name, record_id, values):
    """What an event tells, for the steps to come.

    :param values: {field: [old, new]}
    """
    subject = Ids(model_name, [record_id])
    return {
        "event": event,
        "model": model_name,
        "id": record_id,
        "values": values,
        "record": subject,
    }


def is_told(data):
    """True for what an event told of its subject.

    What came by a webhook may hold anything that JSON can, and therefore no :class:`Ids`.

    >>> is_told(told("won", "crm.lead", 7, {}))
    True
    >>> is_told({"event": "won", "model": "crm.lead", "id": 7, "values": {}}), is_told(None)
    (False, False)
    """
    return bool(data) and isinstance(data.get("record"), Ids)


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
