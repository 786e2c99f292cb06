"""The house rules that no linter knows: who imports whom, and what each kind brings."""

import ast
import re
import sys
from pathlib import Path

import pytest

ADDON = Path(__file__).resolve().parents[2]
#: What each layer may import of the addon, besides itself.
BELOW = {
    "engine": set(),
    "services": {"engine"},
    "models": {"services", "engine"},
    "wizards": {"models", "services", "engine"},
    "controllers": {"models", "services", "engine"},
}
#: All that the engine may know besides Python itself.
LIBRARIES = {"dateutil", "lxml"}
LONGEST = 300
#: Files of the engine with words that no person reads: what Odoo or XML calls things, and what
#: programs that call are answered.
WITHOUT_TEXTS = {"payload.py", "relative_dates.py", "xml_from_document.py"}
OPERATORS = {"not in", "not any"}
#: Errors of the engine whose message people read.
TOLD = {"CoercionError", "DocumentError", "DomainError", "FormulaError"}
METHODS = {
    "action": ("_run", "_summary", "_problems", "_document_fields"),
    "trigger": ("_watch", "_entering", "_summary", "_problems", "_document_fields"),
    "exit": ("_watch", "_reached", "_leaving", "_summary", "_problems", "_document_fields"),
}

#: The models on which what a kind brings is looked up; a path has the kind of its step.
HOOKS_OF = {
    "action": {"crm.workflow.action", "crm.workflow.path"},
    "trigger": {"crm.workflow.trigger"},
    "exit": {"crm.workflow.exit"},
}
#: Asked by the part of the form that belongs to one kind.
OWN_VERBS = {"trigger"}


# ---- reading the addon ---------------------------------------------------------------------


def files_of(layer):
    return sorted((ADDON / layer).rglob("*.py"))


def all_files(*layers):
    return [file for layer in layers for file in files_of(layer)]


def name_of(file):
    return str(file.relative_to(ADDON))


def tree_of(file):
    return ast.parse(file.read_text(), filename=str(file))


def imports_of(tree, package):
    """Yield (line, dotted name, "addon" or "outside") of each import, wherever it stands.

    :param package: the folders between the addon and the file, as a tuple
    """
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names, above = [alias.name for alias in node.names], None
        elif isinstance(node, ast.ImportFrom):
            names = [".".join(filter(None, (node.module, alias.name))) for alias in node.names]
            above = package[: len(package) + 1 - node.level] if node.level else None
        else:
            continue
        for name in names:
            yield (node.lineno, *_place(name, above))


def _place(name, above):
    if above is not None:
        return ".".join((*above, name)), "addon"
    own = name.removeprefix("odoo.addons.crm_workflow.")
    return own, "outside" if own == name else "addon"


def imports_in(file):
    return imports_of(tree_of(file), file.relative_to(ADDON).parent.parts)


def kind_files():
    """(the model's name, the file) of each kind of step and of trigger."""
    return [
        (model, file)
        for model in METHODS
        for file in sorted((ADDON / "models" / f"{model}_kinds").glob("[!_]*.py"))
    ]


def event_files():
    return sorted((ADDON / "models" / "trigger_events").glob("[!_]*.py"))


def kinds_added_by(tree, field="kind"):
    """The values that a file adds to the selection ``kind``, or to another."""
    return [
        option.elts[0].value
        for name, call in fields_in(tree)
        if name == field
        for keyword in call.keywords
        if keyword.arg == "selection_add"
        for option in keyword.value.elts
    ]


def fields_in(tree):
    """(name, call) of each field that the classes of a file define."""
    return [
        (node.targets[0].id, node.value)
        for owner in tree.body
        if isinstance(owner, ast.ClassDef)
        for node in owner.body
        if isinstance(node, ast.Assign)
        and isinstance(node.value, ast.Call)
        and ast.unparse(node.value.func).startswith("fields.")
    ]


def verbs_asked():
    """What is asked of a kind by a method that is found by its name."""
    found = re.findall(
        r"""_by_kind\("(\w+)"\)|_optional\("(\w+)"|_of_kind\(\w+, "(\w+)"\)"""
        r"""|f"_([a-z_]+)_\{(?:\w+\.)?kind\}\"""",
        "".join(file.read_text() for file in all_files("models", "services")),
    )
    return sorted({verb for verbs in found for verb in verbs if verb} - OWN_VERBS)


def general_views():
    """The views that a kind extends, and those of wizards."""
    return sorted([*(ADDON / "views").glob("*.xml"), *(ADDON / "wizards").glob("*.xml")])


def is_labelled(call):
    """True when a field has a label, or that of the field that it follows."""
    return any(word.arg in ("string", "related") for word in call.keywords)


def methods_in(tree):
    return {
        node.name
        for owner in tree.body
        if isinstance(owner, ast.ClassDef)
        for node in owner.body
        if isinstance(node, ast.FunctionDef)
    }


def hooks_in(tree, kind):
    """(what a class extends, name) of each method that is found by the name of a kind."""
    return [
        (extended(owner), node.name)
        for owner in tree.body
        if isinstance(owner, ast.ClassDef)
        for node in owner.body
        if isinstance(node, ast.FunctionDef) and node.name.endswith(f"_{kind}")
    ]


def extended(owner):
    """The model that a class extends; None when it makes one of its own."""
    return next(
        (
            ast.literal_eval(node.value)
            for node in owner.body
            if isinstance(node, ast.Assign) and node.targets[0].id == "_inherit"
        ),
        None,
    )


def kind_comparisons(tree):
    """Lines on which a kind is compared with a value, in Python or in a domain."""
    return sorted({node.lineno for node in ast.walk(tree) if _compares_kind(node)})


def texts_in(node):
    """Yield (line, text) of each text that is not marked to be translated.

    Passed over are docstrings, the usage of a function, and what a ``ValueError`` says, which
    tells programmers alone.
    """
    if _is_marked(node) or _is_silent(node):
        return
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.lineno, node.value
    inner = list(ast.iter_child_nodes(node))
    if isinstance(node, ast.Call) and _called(node) == "function":
        inner.remove(node.args[0])
    for child in inner:
        yield from texts_in(child)


def sentences_in(tree):
    """The same of what reads like words for people: there is a blank in it."""
    texts = {text for _line, text in texts_in(tree) if " " in text.strip()}
    return sorted(texts - OPERATORS)


def wrong_marks(tree):
    """Lines with a mark on something else than a text that stands there."""
    return [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and _called(node) == "_lt" and not _is_text(node.args[0])
    ]


def raw_reasons(tree):
    """Lines on which an error that people read is raised with a text that is not marked."""
    return [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and _called(node) in TOLD and any(texts_in(node))
    ]


def raw_errors(tree):
    """Lines on which an error is filled into a sentence as it is, in whatever language."""
    return [
        node.lineno
        for handler in ast.walk(tree)
        if isinstance(handler, ast.ExceptHandler) and handler.name
        for node in ast.walk(handler)
        if _is_marked(node)
        for value in (*node.args, *(keyword.value for keyword in node.keywords))
        if getattr(value, "id", None) == handler.name
    ]


def _called(node):
    return getattr(node.func, "id", getattr(node.func, "attr", None))


def _is_marked(node):
    return isinstance(node, ast.Call) and _called(node) in ("_lt", "_")


def _is_silent(node):
    docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    return docstring or isinstance(node, ast.Call) and _called(node) == "ValueError"


def _compares_kind(node):
    if isinstance(node, ast.Compare):
        sides = (node.left, *node.comparators)
        return any(map(_is_kind, sides)) and any(map(_is_text, sides))
    if isinstance(node, ast.Match):
        return _is_kind(node.subject)
    if isinstance(node, ast.Tuple) and len(node.elts) == 3:
        path, _operator, value = node.elts
        names_kind = isinstance(path, ast.Constant) and str(path.value).split(".")[-1] == "kind"
        return names_kind and _is_text(value)
    return False


def _is_kind(node):
    return getattr(node, "attr", getattr(node, "id", None)) == "kind"


def _is_text(node):
    """A text, or a list of texts, written down where it stands."""
    if isinstance(node, ast.Tuple | ast.List | ast.Set):
        return any(map(_is_text, node.elts))
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


each_kind = pytest.mark.parametrize(
    ("model", "file"), kind_files(), ids=lambda value: getattr(value, "stem", value)
)

# ---- the rules -----------------------------------------------------------------------------


@pytest.mark.parametrize("file", files_of("engine"), ids=name_of)
def test_the_engine_knows_python_and_two_libraries(file):
    wrong = [
        (line, name)
        for line, name, place in imports_in(file)
        if place == "outside"
        and name.split(".")[0] not in sys.stdlib_module_names
        and name.split(".")[0] not in LIBRARIES
    ]
    assert wrong == []


@pytest.mark.parametrize("file", all_files(*BELOW), ids=name_of)
def test_imports_point_inward(file):
    layer = file.relative_to(ADDON).parts[0]
    allowed = {layer, *BELOW[layer]}
    wrong = [
        (line, name)
        for line, name, place in imports_in(file)
        if place == "addon" and name.split(".")[0] not in allowed
    ]
    assert wrong == []


@pytest.mark.parametrize("file", all_files("engine", "services"), ids=name_of)
def test_a_file_is_short_enough_to_be_understood(file):
    assert len(file.read_text().splitlines()) <= LONGEST


@pytest.mark.parametrize("file", all_files("models", "services"), ids=name_of)
def test_nothing_is_decided_by_comparing_kinds(file):
    assert kind_comparisons(tree_of(file)) == []


@pytest.mark.parametrize("file", files_of("engine"), ids=name_of)
def test_what_people_read_of_the_engine_is_marked_to_be_translated(file):
    assert wrong_marks(tree_of(file)) == []
    assert file.name in WITHOUT_TEXTS or sentences_in(tree_of(file)) == []


@pytest.mark.parametrize("file", all_files(*BELOW), ids=name_of)
def test_an_error_that_people_read_is_told_in_their_language(file):
    assert raw_reasons(tree_of(file)) == []
    assert raw_errors(tree_of(file)) == []


def test_every_test_file_is_imported():
    imported = {name for _line, name, _place in imports_in(ADDON / "tests" / "__init__.py")}
    written = {f"tests.{file.stem}" for file in (ADDON / "tests").glob("test_*.py")}
    assert sorted(written - imported) == []


@each_kind
def test_a_kind_is_one_file_of_its_name_with_all_its_methods(model, file):
    tree = tree_of(file)
    assert kinds_added_by(tree) == [file.stem]
    assert {f"{method}_{file.stem}" for method in METHODS[model]} - methods_in(tree) == set()


@pytest.mark.parametrize("file", all_files("models"), ids=name_of)
def test_a_field_of_a_model_of_odoos_is_not_called_by_the_name_of_the_addon(file):
    """Without a label, custom filters and exports would offer “Crm Workflow …”."""
    wrong = [
        name
        for name, call in fields_in(tree_of(file))
        if name.startswith("crm_workflow_") and not is_labelled(call)
    ]
    assert wrong == []


@each_kind
def test_what_is_found_by_the_name_of_a_kind_stands_where_it_is_looked_for(model, file):
    hooks = hooks_in(tree_of(file), file.stem)
    assert [hook for hook in hooks if hook[0] not in HOOKS_OF[model]] == []


@pytest.mark.parametrize("file", general_views(), ids=name_of)
def test_what_all_kinds_share_shows_nothing_by_comparing_kinds(file):
    assert re.findall(r"\bkind (?:[!=]=|(?:not )?in) .*", file.read_text()) == []


@pytest.mark.parametrize("verb", verbs_asked())
def test_what_is_asked_of_a_kind_is_told_to_partners(verb):
    page = (ADDON / "doc" / "partners.md").read_text()
    contracts = "".join(
        (ADDON / "models" / f"crm_workflow_{model}.py").read_text() for model in METHODS
    )
    assert f"`_{verb}_<kind>(" in page
    assert f"_{verb}_<kind>(self" in contracts


@each_kind
def test_a_kind_with_fields_has_its_part_of_the_form(model, file):
    fields = [name for name, _call in fields_in(tree_of(file)) if name != "kind"]
    view = ADDON / "views" / f"{model}_kinds" / f"{file.stem}_views.xml"
    assert view.exists() or not fields, f"{view} should show {fields}"


@pytest.mark.parametrize("file", event_files(), ids=lambda file: file.stem)
def test_an_event_is_one_file_of_its_name_that_says_what_it_is(file):
    tree = tree_of(file)
    assert kinds_added_by(tree, "event") == [file.stem]
    assert f"_happening_{file.stem}" in methods_in(tree)
    assert all(name.endswith(f"_{file.stem}") for name in methods_in(tree))


@pytest.mark.parametrize("folder", ["action_kinds", "trigger_kinds", "trigger_events"])
def test_every_kind_is_imported(folder):
    imports = imports_in(ADDON / "models" / folder / "__init__.py")
    written = {file.stem for file in (ADDON / "models" / folder).glob("[!_]*.py")}
    assert {name.split(".")[-1] for _line, name, _place in imports} == written != set()


# ---- the rules see what they should --------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("import odoo.fields", ("odoo.fields", "outside")),
        ("from odoo.orm import fields", ("odoo.orm.fields", "outside")),
        ("from odoo.addons.crm_workflow.models import base", ("models.base", "addon")),
        ("import odoo.addons.crm_workflow.models.base", ("models.base", "addon")),
        ("from . import claims", ("services.queue.claims", "addon")),
        ("from .claims import claim", ("services.queue.claims.claim", "addon")),
        ("from .. import watch", ("services.watch", "addon")),
        ("from ...models.base import Base", ("models.base.Base", "addon")),
        ("from ... import models", ("models", "addon")),
        ("def f():\n    from ...models import base", ("models.base", "addon")),
    ],
)
def test_an_import_is_seen_however_it_is_written(source, expected):
    [(_line, *found)] = imports_of(ast.parse(source), ("services", "queue"))
    assert tuple(found) == expected


@pytest.mark.parametrize(
    "source",
    [
        "step.kind == 'delay'",
        "'delay' != kind",
        "self.kind in ('delay', 'end')",
        "a and kind not in {'delay'}",
        "records.filtered(lambda step: step.kind == 'delay')",
        "search([('kind', '=', 'delay')])",
        "search([('action_id.kind', 'in', ['delay'])])",
        "match step.kind:\n    case 'delay': pass",
    ],
)
def test_a_comparison_of_kinds_is_seen_however_it_is_written(source):
    assert kind_comparisons(ast.parse(source)) == [1]


@pytest.mark.parametrize(
    "source",
    ["node.kind not in known", "one.kind == other.kind", "kind = 'delay'", "f(kind='delay')"],
)
def test_what_decides_nothing_by_kind_is_left_alone(source):
    assert kind_comparisons(ast.parse(source)) == []


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("raise FormulaError('no number')", ["no number"]),
        ("raise FormulaError(f'{value} is no number')", [" is no number"]),
        ("raise FormulaError(_lt('no number'))", []),
        ("raise FormulaError(_lt('%s of %s', f'a {value}'))", []),
        ("raise ValueError('for programmers alone')", []),
        ("reason = 'no number'", ["no number"]),
        ("@function('cut(text, start)', 'From a place.')\ndef f(): pass", ["From a place."]),
        ("@function('cut(text, start)', _lt('From a place.'))\ndef f(): pass", []),
        ("def f():\n    'What it does.'\n    return 'text'", []),
    ],
)
def test_a_text_for_people_is_seen_however_it_is_written(source, found):
    assert sentences_in(ast.parse(source)) == found


@pytest.mark.parametrize("term", ["term", "f'{value} is none'", "'a %s' % value", "'a' + 'b'"])
def test_a_mark_that_no_export_finds_is_seen(term):
    assert wrong_marks(ast.parse(f"_lt({term})")) == [1]


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ("raise FormulaError('none')", [1]),
        ("raise FormulaError(f'no {name}')", [1]),
        ("raise errors.DomainError(f'no {name}')", [1]),
        ("raise DomainError(env._('no %s', name))", []),
        ("raise DomainError(_lt('no %s', name)) from error", []),
        ("raise DomainError(reason)", []),
    ],
)
def test_an_error_with_a_raw_text_is_seen(source, lines):
    assert raw_reasons(ast.parse(source)) == lines


@pytest.mark.parametrize(
    ("sentence", "lines"),
    [
        ("env._('%s: no', error)", [2]),
        ("self.env._('%(reason)s', reason=error)", [2]),
        ("env._('%s: no', translated(env, error))", []),
    ],
)
def test_an_error_that_fills_in_a_sentence_is_seen(sentence, lines):
    source = f"try: pass\nexcept Fault as error: raise UserError({sentence}) from error"
    assert raw_errors(ast.parse(source)) == lines
