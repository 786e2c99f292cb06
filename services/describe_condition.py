"""A condition in words."""

from ..engine.domain_forms import COUNT, Count, FieldReference
from ..engine.domain_tree import tree_from_domain
from .describe_period import tell_open_period, tell_period
from .paths import model_at
from .words import field_label, value_names


def tell_domain(model, domain):
    """A literal domain, checked and not empty, as people say it."""
    return _tell(model, tree_from_domain(domain), nested=False)


def _tell(model, node, nested=True):
    name, content = node
    if name == "is":
        return _tell_condition(model, *content)
    if name == "not":
        return model.env._("not (%s)", _tell(model, content, nested=False))
    parts = _with_periods(model, content) if name == "and" else content
    word = model.env._("and") if name == "and" else model.env._("or")
    joint = f" {word} "
    told = [part if isinstance(part, str) else _tell(model, part) for part in parts]
    return f"({joint.join(told)})" if nested and len(told) > 1 else joint.join(told)


def _with_periods(model, nodes):
    """The nodes, with two that bound a period replaced by its words."""
    parts = []
    for node in nodes:
        before = parts[-1] if parts else None
        told = _tell_pair(model, before, node)
        if told:
            parts[-1] = told
        else:
            parts.append(node)
    return parts


def _tell_pair(model, one, other):
    if one is None or isinstance(one, str) or one[0] != "is" or other[0] != "is":
        return None
    (path, start_operator, start), (other_path, end_operator, end) = one[1], other[1]
    if path != other_path or (start_operator, end_operator) != (">=", "<"):
        return None
    return tell_period(model.env, field_label(model, path), start, end)


def _tell_condition(model, path, operator, value):
    env = model.env
    if not isinstance(path, str):
        return env._("always") if path == value else env._("never")
    label = field_label(model, path)
    if operator == COUNT:
        return _tell_count(model, path, label, Count.of(value))
    if operator in ("any", "not any"):
        return _tell_any(model, path, label, operator, value)
    if isinstance(value, FieldReference):
        return _tell_comparison(model, path, operator, field_label(model, value.name))
    values = list(value) if isinstance(value, list | tuple) else [value]
    if values == [False] and operator in ("=", "!=", "in", "not in"):
        unset = operator in ("=", "in")
        return env._("%s is unknown", label) if unset else env._("%s is known", label)
    period = tell_open_period(env, label, operator, value)
    return period or _tell_sentence(model, path, operator, value_names(model, path, values))


def _tell_comparison(model, path, operator, other):
    same = {
        "=": model.env._("%(field)s is the same as %(value)s"),
        "!=": model.env._("%(field)s is not the same as %(value)s"),
    }.get(operator)
    if same is None:
        return _tell_sentence(model, path, operator, other)
    return same % {"field": field_label(model, path), "value": other}


def _tell_sentence(model, path, operator, told):
    sentences = _sentences(model.env)
    if _is_date(model, path):
        sentences |= _date_sentences(model.env)
    alike = {"in": "=", "not in": "!=", "like": "ilike", "not like": "not ilike", "=like": "=ilike"}
    sentence = sentences.get(alike.get(operator, operator)) or f"%(field)s {operator} %(value)s"
    return sentence % {"field": field_label(model, path), "value": told}


def _sentences(env):
    return {
        "=": env._("%(field)s is %(value)s"),
        "!=": env._("%(field)s is not %(value)s"),
        ">": env._("%(field)s is more than %(value)s"),
        "<": env._("%(field)s is less than %(value)s"),
        ">=": env._("%(field)s is at least %(value)s"),
        "<=": env._("%(field)s is at most %(value)s"),
        "ilike": env._("%(field)s contains %(value)s"),
        "not ilike": env._("%(field)s does not contain %(value)s"),
        "=ilike": env._("%(field)s is like %(value)s"),
    }


def _date_sentences(env):
    return {
        ">": env._("%(field)s is after %(value)s"),
        "<": env._("%(field)s is before %(value)s"),
        ">=": env._("%(field)s is on or after %(value)s"),
        "<=": env._("%(field)s is on or before %(value)s"),
    }


def _is_date(model, path):
    *way, name = path.split(".")
    owner = model_at(model, ".".join(way)) if way else model
    field = None if owner is None else owner._fields.get(name)
    return field is not None and field.type in ("date", "datetime")


def _tell_count(model, path, label, count):
    env = model.env
    if count.says_none:
        return _tell_any(model, path, label, "not any", count.domain)
    if count.says_some:
        return _tell_any(model, path, label, "any", count.domain)
    sentence = {
        "=": env._("has exactly %(number)s %(records)s"),
        "!=": env._("has not exactly %(number)s %(records)s"),
        ">": env._("has more than %(number)s %(records)s"),
        ">=": env._("has at least %(number)s %(records)s"),
        "<": env._("has fewer than %(number)s %(records)s"),
        "<=": env._("has at most %(number)s %(records)s"),
    }[count.comparison]
    told = sentence % {"number": count.number, "records": label}
    return _tell_where(model, path, told, count.domain)


def _tell_any(model, path, label, operator, domain):
    env = model.env
    if operator == "any":
        return _tell_where(model, path, env._("has %(records)s", records=label), domain)
    return _tell_where(model, path, env._("has no %(records)s", records=label), domain)


def _tell_where(model, path, told, domain):
    target = model_at(model, path)
    if target is None or not domain:
        return told
    condition = _tell(target, tree_from_domain(domain))
    return model.env._("%(what)s where %(condition)s", what=told, condition=condition)
