from odoo import models


class CrmWorkflowAction(models.Model):
    """What a kind may say of its steps, each by a method; see ``crm_workflow_action``."""

    _inherit = "crm.workflow.action"

    def _has_lost_records(self):
        """True when records that belong to the step are gone, and only its document tells them."""
        method = getattr(self, f"_has_lost_records_{self.kind}", None)
        return bool(method and method())

    def _branches(self):
        """True when steps of this kind own paths."""
        method = getattr(self, f"_branches_{self.kind}", None)
        return bool(method and method())

    def _outputs(self):
        """What the step leaves for later ones: {name: (type, label)}."""
        method = getattr(self, f"_outputs_{self.kind}", None)
        return method() if method else {}

    def _loops(self):
        """True when the default path of the step is a lane that returns to it."""
        method = getattr(self, f"_loops_{self.kind}", None)
        return bool(method and method())

    def _lane_model(self):
        """The model of the records that the steps of its paths act on."""
        method = getattr(self, f"_lane_model_{self.kind}", None)
        return method() if method else self.model_name

    def _lane_depends(self):
        """Fields that decide it; kinds add theirs."""
        return ["kind", "model_name"]

    def _acts(self):
        """True when the step does something that has its hours."""
        method = getattr(self, f"_acts_{self.kind}", None)
        return method() if method else not self._branches()

    def _is_woken(self, kind):
        """True when records that wait on a step of the kind are woken by facts."""
        return hasattr(self, f"_watch_{kind}")

    def _woken_kinds(self):
        """The kinds of step whose waits end by facts."""
        return [kind for kind in self._fields["kind"].get_values(self.env) if self._is_woken(kind)]

    def _over(self, record_ids):
        """Those of the records that wait here which need wait no longer."""
        method = getattr(self, f"_over_{self.kind}", None)
        return method(record_ids) if method else []

    def _conditions(self):
        """Texts of the domains that the step asks."""
        method = getattr(self, f"_conditions_{self.kind}", None)
        return method() if method else []

    def _is_remark(self):
        """True when the step is there for people only."""
        method = getattr(self, f"_is_remark_{self.kind}", None)
        return bool(method and method())

    def _target(self):
        """The key of the step that this one sends records to, or None."""
        method = getattr(self, f"_target_{self.kind}", None)
        return method() or None if method else None
