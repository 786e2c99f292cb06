"""Until main has ``batch.values()`` and ``services.value_problems``: fields alone."""

from ...engine.call_text import parts_of
from .values import json_value


def values_of(batch):
    return batch.values() if hasattr(batch, "values") else _Values(batch)


def problems_of_text(action, text):
    return ()


class _Values:
    def __init__(self, batch):
        self.records = batch.records

    def text(self, template):
        return {
            record.id: "".join(
                str(self._value(record, part)) if is_place else part
                for part, is_place in parts_of(template)
            )
            for record in self.records
        }

    def _value(self, record, part):
        path = part.strip("{} ").partition(".")[2]
        value = json_value(record, path)
        return "" if value is None else value
