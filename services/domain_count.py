"""How many associated records meet conditions, as one subquery of the database."""

from odoo.fields import Domain
from odoo.tools import SQL

from ..engine.errors import DomainError
from .domain_comparison import SQL_COMPARISONS
from .paths import steps_of


class AssociationCount:
    """A condition on a number of associated records, as ``Domain.custom`` takes it.

    Counted is what the operator ``any`` finds: records that the searching user may see, and
    archived ones only where the conditions name ``active``.
    """

    def __init__(self, model, path, count, domain):
        """:raise DomainError: when the path leads to nothing that the database can count"""
        self.path = path
        self.count = count
        self.domain = domain
        self._check(model)

    @property
    def paths(self):
        """What it reads of the record."""
        return (self.path,)

    def __call__(self, model, alias, query):
        """The condition in SQL."""
        steps = steps_of(model, self.path)
        for owner, field in steps:
            owner._check_field_access(field, "read")
        links = [SQL.identifier(f"link{position}") for position in range(len(steps))]
        source = [SQL("%s AS %s", _pairs(*steps[0]), links[0])]
        where = [SQL("%s.owner = %s", links[0], SQL.identifier(alias, "id"))]
        for position, step in enumerate(steps):
            if position:
                joined, before = links[position], links[position - 1]
                source.append(
                    SQL(
                        "JOIN %s AS %s ON %s.owner = %s.target",
                        _pairs(*step),
                        joined,
                        joined,
                        before,
                    )
                )
            domain = self.domain if position == len(steps) - 1 else Domain.TRUE
            where.append(SQL("%s.target IN %s", links[position], _in_sight(*step, domain)))
        return SQL(
            "(SELECT COUNT(DISTINCT %s.target) FROM %s WHERE %s) %s %s",
            links[-1],
            SQL(" ").join(source),
            SQL(" AND ").join(where),
            SQL_COMPARISONS[self.count.comparison],
            self.count.number,
        )

    def _check(self, model):
        try:
            steps = steps_of(model, self.path)
        except (LookupError, AttributeError) as error:
            raise DomainError(
                model.env._("“%s” leads to no associated records that could be counted", self.path)
            ) from error
        for owner, field in steps:
            if not _is_stored(owner, field):
                raise DomainError(
                    model.env._(
                        "“%s” is computed anew each time, so it cannot be counted",
                        field._description_string(model.env),
                    )
                )


def _is_stored(model, field):
    if field.type == "one2many":
        inverse = model.env[field.comodel_name]._fields.get(field.inverse_name or "")
        return bool(field.store and inverse is not None and inverse.store)
    return bool(field.store)


def _pairs(model, field):
    """A table of (owner, target): which record is associated with which."""
    if field.type == "many2many":
        table, columns = field.relation, (field.column1, field.column2)
        owner, target = (SQL.identifier(column) for column in columns)
    else:
        names = ("id", field.name)
        if field.type == "one2many":
            model, names = model.env[field.comodel_name].sudo(), (field.inverse_name, "id")
        table = model._table
        owner, target = (model._field_to_sql(table, name) for name in names)
    return SQL("(SELECT %s AS owner, %s AS target FROM %s)", owner, target, SQL.identifier(table))


def _in_sight(model, field, domain):
    """The associated records that meet the domain and that the searching user may see."""
    comodel = model.env[field.comodel_name]
    if field.type == "many2one":
        return comodel._search(domain, active_test=False).subselect()
    domain = domain & field.get_comodel_domain(model)
    return comodel.with_context(**field.context)._search(domain).subselect()
