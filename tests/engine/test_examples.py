"""The examples in the docstrings of the engine."""

import doctest
import importlib
import pkgutil

import pytest

import engine

MODULES = sorted(module.name for module in pkgutil.iter_modules(engine.__path__))
WITH_EXAMPLES = (
    "admission",
    "call_address",
    "call_answer",
    "call_retry",
    "call_text",
    "causes",
    "changes",
    "coercion",
    "diagnostics",
    "domain_forms",
    "domain_text",
    "domain_tree",
    "happening",
    "payload",
    "moment_text",
    "entry_rate",
    "formula",
    "frames",
    "formula_operators",
    "typed_json",
    "program",
    "python_code",
    "recurrence",
    "relative_dates",
    "retry",
    "rotation",
    "schedule",
    "signature",
    "split",
    "texts",
    "value_paths",
    "windows",
)


def examples_of(name):
    module = importlib.import_module(f"engine.{name}")
    return [test for test in doctest.DocTestFinder().find(module) if test.examples]


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_a_module_hold(name):
    runner = doctest.DocTestRunner()
    said = []
    for test in examples_of(name):
        runner.run(test, out=said.append)
    assert not runner.summarize(verbose=False).failed, "".join(said)


@pytest.mark.parametrize("name", WITH_EXAMPLES)
def test_a_module_that_is_explained_by_examples_has_some_that_run(name):
    examples = [example for test in examples_of(name) for example in test.examples]
    assert any(not example.options.get(doctest.SKIP) for example in examples)


def test_the_engine_has_modules():
    assert set(MODULES) >= {*WITH_EXAMPLES, "document", "document_from_xml", "xml_from_document"}
