"""A domain as a tree: it means what the domain means, and is as flat as it can be."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.domain_tree import MAX_DEPTH, tree_from_domain
from engine.errors import DomainError

FIELDS = "abcd"
conditions = st.sampled_from([(name, "=", 1) for name in FIELDS])
values = st.fixed_dictionaries({name: st.booleans() for name in FIELDS})
operations = st.recursive(
    conditions.map(lambda condition: [condition]),
    lambda inner: (
        inner.map(lambda domain: ["!", *domain])
        | st.tuples(st.sampled_from("&|"), inner, inner).map(
            lambda parts: [parts[0], *parts[1], *parts[2]]
        )
    ),
    max_leaves=8,
)
domains = st.lists(operations, max_size=3).map(lambda parts: sum(parts, []))


def holds_by_prefix(domain, given_values):
    """The plain meaning of prefix notation, with "and" between what is left."""
    terms = iter(domain)

    def term():
        match next(terms):
            case "!":
                return not term()
            case "&" | "|" as operator:
                one, other = term(), term()
                return one and other if operator == "&" else one or other
            case (name, _operator, _value):
                return given_values[name]

    result = True
    while True:
        try:
            result = term() and result
        except StopIteration:
            return result


def holds(node, given_values):
    match node:
        case ("is", (name, _operator, _value)):
            return given_values[name]
        case ("not", inner):
            return not holds(inner, given_values)
        case ("and", nodes):
            return all(holds(inner, given_values) for inner in nodes)
        case ("or", nodes):
            return any(holds(inner, given_values) for inner in nodes)


def pairs(node):
    """Each node with the name of the node above it."""
    if node[0] != "is":
        for inner in node[1] if node[0] != "not" else (node[1],):
            yield node[0], inner[0]
            yield from pairs(inner)


@given(domains, values)
def test_the_tree_holds_when_the_domain_holds(domain, given_values):
    assert holds(tree_from_domain(domain), given_values) == holds_by_prefix(domain, given_values)


@given(domains)
def test_nothing_stands_below_its_like(domain):
    assert all(above != below for above, below in pairs(tree_from_domain(domain)))


@given(st.permutations([(name, "=", 1) for name in FIELDS]), st.sampled_from("&|"))
def test_conditions_keep_their_order(ordered, operator):
    _name, nodes = tree_from_domain([operator] * 3 + ordered)
    assert [condition for _is, condition in nodes] == ordered


def test_a_domain_without_conditions_demands_nothing():
    assert tree_from_domain([]) == ("and", ())


@pytest.mark.parametrize("domain", [["&"], ["!"], ["|", ("a", "=", 1)], [("a", "=", 1), "!"]])
def test_an_operator_without_its_conditions_is_refused(domain):
    with pytest.raises(DomainError, match="too few conditions"):
        tree_from_domain(domain)


@pytest.mark.parametrize(("operator", "name"), [("&", "and"), ("|", "or")])
def test_as_many_conditions_as_fit_make_one_node(operator, name):
    found, nodes = tree_from_domain([operator] * 1999 + [("a", "=", 1)] * 2000)
    assert (found, len(nodes)) == (name, 2000)


def test_negations_without_end_are_none_or_one():
    assert tree_from_domain(["!"] * 4000 + [("a", "=", 1)])[0] == "is"
    assert tree_from_domain(["!"] * 4001 + [("a", "=", 1)])[0] == "not"


def test_operators_nested_without_end_are_refused():
    with pytest.raises(DomainError, match=f"more than {MAX_DEPTH} deep"):
        tree_from_domain(["&", "|"] * 1000 + [("a", "=", 1)] * 2001)
