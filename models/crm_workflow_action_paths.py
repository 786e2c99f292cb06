from odoo import api, models
from odoo.fields import Command


class CrmWorkflowAction(models.Model):
    """The paths of a step: those that it makes itself, and what people call them."""

    _inherit = "crm.workflow.action"

    @api.model
    def default_get(self, fields):
        """The form of a new branching step shows the paths that it will have."""
        defaults = super().default_get(fields)
        if "path_ids" in fields and defaults.get("kind"):
            missing = self.new({"kind": defaults["kind"]})._missing_paths()
            defaults["path_ids"] = [Command.create(vals) for vals in missing]
        return defaults

    def unlink(self):
        """Its paths go with what belongs to the steps in their lanes."""
        if self.path_ids:
            self.path_ids.unlink()
        return super(CrmWorkflowAction, self.exists()).unlink()

    def _add_missing_paths(self):
        """Give each step the paths that it cannot do without."""
        self.env["crm.workflow.path"].create(
            [
                {"action_id": action.id, **vals}
                for action in self
                for vals in action._missing_paths()
            ]
        )

    def _missing_paths(self):
        """Values of the paths that the step lacks; of most kinds, the "otherwise" for the rest."""
        if not self._branches():
            return []
        method = getattr(self, f"_missing_paths_{self.kind}", None)
        if method:
            return method()
        return [] if self.path_ids.filtered("is_default") else [{"is_default": True}]

    def _takes_paths(self):
        """True when people add paths to the step."""
        method = getattr(self, f"_takes_paths_{self.kind}", None)
        return method() if method else self._branches()

    def _path_of(self, role):
        """The path of the step that has a role."""
        return self.path_ids.filtered(lambda path: path.role == role)[:1]

    def _own_paths(self):
        """The paths that people add, and the one for the rest: those without a role."""
        return self.path_ids.filtered(lambda path: not path.role)

    def _paths_in_order(self):
        """(the paths in the order they are tried, the one for the rest)."""
        paths = self._own_paths().sorted(lambda path: (path.sequence, path.id))
        return paths.filtered(lambda path: not path.is_default), paths.filtered("is_default")[:1]

    def _path_names(self, paths):
        """What its paths are called that have no name: {path id: text}."""
        method = getattr(self, f"_path_names_{self.kind}", None)
        return method(paths) if method else {}

    def _path_conditions(self, paths):
        """Who takes its paths, in words: {path id: text}."""
        method = getattr(self, f"_path_conditions_{self.kind}", None)
        return method(paths) if method else {}
