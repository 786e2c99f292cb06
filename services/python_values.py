"""What Python of a step takes in, and what it leaves for later steps, record by record."""

from odoo.exceptions import UserError
from odoo.models import BaseModel

from ..engine.typed_json import Ids, packed
from .texts import translated


class Inputs:
    """``value("object.city")``: a formula for the record, worked out for all at once."""

    def __init__(self, values, record_id):
        self._values = values
        self._record_id = record_id

    def __call__(self, formula):
        known = self._values.known
        if formula not in known:
            known[formula] = self._values.each(formula)
        return known[formula][self._record_id]


class Outputs(dict):
    """``outputs["total"] = 12``: kept for later steps once the step is done.

    :raise UserError: for what cannot be kept
    """

    def __init__(self, values, record_id):
        super().__init__()
        self._values = values
        self._record_id = record_id

    def __setitem__(self, name, value):
        kept = Ids(value._name, value.ids) if isinstance(value, BaseModel) else value
        try:
            packed(kept)
        except TypeError as error:
            env = self._values.env
            reason = translated(env, error)
            text = env._("The output “%(name)s”: %(reason)s", name=name, reason=reason)
            raise UserError(text) from error
        self._values.answer(self._record_id, outputs={name: kept})
        return super().__setitem__(name, kept)
