"""Kinds: a selection value, and methods found by its name."""

from odoo.exceptions import UserError


class KindMixin:
    """For models whose behaviour hangs on a ``kind``; each model's docstring has the contract."""

    # Models have slots; a mixin without would not fit their layout.
    __slots__ = ()

    def _by_kind(self, verb):
        """The bound method ``_<verb>_<kind>`` of one record.

        :raise UserError: naming the missing method, or the add-on's absence, as the cure
        """
        self.ensure_one()
        method = getattr(self, f"_{verb}_{self.kind}", None)
        if method is None:
            raise UserError(
                self.env._(
                    "Nothing is installed that knows how to “%(verb)s” the kind “%(kind)s”: "
                    "install the add-on that brings it, or define _%(verb)s_%(kind)s on %(model)s.",
                    verb=verb,
                    kind=self.kind,
                    model=self._name,
                )
            )
        return method

    def _kind_label(self):
        """What people call the kind; its name, where the add-on that brings it is gone."""
        labels = dict(self._fields["kind"]._description_selection(self.env))
        return labels.get(self.kind, self.kind)

    def _workflow_fields(self):
        """Names of the fields with the other workflows that one record is about."""
        self.ensure_one()
        method = getattr(self, f"_workflow_fields_{self.kind}", None)
        return method() if method else ()
