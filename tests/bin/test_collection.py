"""Declared tests are found without importing them, and names select among them."""

import subprocess
import sys
import textwrap

import pytest
from setup.errors import SetupError
from setup.testing import declared, javascript, odoo_part, python_part, selection, soaking

FILES = {
    "tests/test_runner.py": """\
        class TestRunner(Case):
            def test_a(self): ...
            def test_b(self): ...
        """,
    "tests/test_tour.py": "class TestTour(Case):\n    def test_tour(self): self.start_tour('/')",
    "tests/engine/test_program.py": "def test_pure(): ...",
}


@pytest.fixture
def repository(tmp_path):
    for name, text in FILES.items():
        write(tmp_path / name, text)
    return tmp_path


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(textwrap.dedent(text))


def chosen(repository, *names):
    return {test.name for test in selection.select(names, declared.find(repository)).tests}


def test_each_declared_test_has_its_part(repository):
    parts = {(test.part, test.method) for test in declared.find(repository)}
    expected = {("odoo", "test_a"), ("odoo", "test_b"), ("tours", "test_tour")}
    assert parts == expected | {("engine", "test_pure")}


@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("odoo", 2),
        ("test_runner", 2),
        ("tests/test_runner.py", 2),
        ("TestRunner", 2),
        ("test_runner.py", 2),
        ("TestRunner.test_a", 1),
        ("test_runner.TestRunner.test_a", 1),
        ("tests/test_runner.py::TestRunner::test_a", 1),
        ("test_a", 1),
        ("engine/test_program", 1),
        ("test_pure", 1),
        ("lint", 0),
    ],
)
def test_a_name_selects(repository, name, count):
    assert len(chosen(repository, name)) == count


def test_an_unknown_name_is_refused(repository):
    with pytest.raises(SetupError, match="No test is called test_nothing"):
        chosen(repository, "test_nothing")


def test_chosen_tests_become_tags_of_odoo(repository):
    picked = selection.select(["TestRunner.test_a"], declared.find(repository))
    assert odoo_part.tags(picked) == "/crm_workflow/tests/test_runner.py:TestRunner.test_a"


def test_what_needs_further_apps_is_a_part_with_a_tag_of_its_own(repository):
    text = """\
        @tagged("crm_workflow_apps")
        class TestSurvey(Case):
            def test_it(self): ...
        """
    write(repository / "tests/test_survey.py", text)
    picked = selection.select(["apps"], declared.find(repository))
    expected = "crm_workflow_apps/crm_workflow/tests/test_survey.py:TestSurvey.test_it"
    assert odoo_part.tags(picked, odoo_part.APPS) == expected
    assert odoo_part.tags(picked) == ""


def test_the_parts_of_a_whole_run_do_not_take_each_others_tests(repository):
    everything = selection.select([], declared.find(repository))
    assert odoo_part.tags(everything) == "/crm_workflow"
    assert odoo_part.tags(everything, odoo_part.APPS) == "crm_workflow_apps/crm_workflow"


def test_a_test_that_pytest_did_not_run_is_found(tmp_path):
    report = tmp_path / "report.xml"
    report.write_text('<r><testcase classname="test_program" name="test_pure[1]"/></r>')
    tests = [
        declared.Test("engine", "tests/engine/test_program.py", "", name)
        for name in ("test_pure", "test_left_out")
    ]
    results = python_part.judge(report, tests, subprocess.CompletedProcess([], 0, ""))
    assert list(results.failed) == ["test_program: test_left_out"]


def test_a_test_that_has_nothing_to_run_on_is_no_success(tmp_path):
    write(
        tmp_path / "test_empty.py",
        """\
        import pytest

        @pytest.mark.parametrize("value", [])
        def test_nothing(value): ...
        """,
    )
    command = [*python_part._command(sys.executable, tmp_path), tmp_path]
    done = subprocess.run(command, check=False, text=True, stdout=subprocess.PIPE)
    assert done.returncode and "Empty parameter set" in done.stdout


def test_a_front_end_file_that_did_not_run_and_a_bare_skip_are_found(tmp_path):
    write(tmp_path / "static/tests/seen.test.js", "// skipped: needs touch\ntest.skip('x');\n")
    write(tmp_path / "static/tests/unseen.test.js", "\ntest.skip('y');\n")
    results = javascript.check(tmp_path, {"@crm_workflow/seen/one"})
    assert set(results.failed) == {"js: unseen.test.js", "js: unseen.test.js:2"}
    assert results.skipped == {"js: seen.test.js:2": "needs touch"}


def test_what_a_test_counted_is_told(tmp_path):
    report = tmp_path / "report.xml"
    report.write_text(
        '<report><testcase classname="test_program" name="test_pure"><properties>'
        '<property name="figures" value="3 kills"/></properties></testcase></report>'
    )
    tests = [declared.Test("engine", "tests/engine/test_program.py", "", "test_pure")]
    results = python_part.judge(report, tests, subprocess.CompletedProcess([], 0, ""))
    assert list(results.told()) == ["figures  test_program: test_pure: 3 kills"]


@pytest.mark.parametrize(("asked", "seconds"), [("", 10), ("1", 240)])
def test_a_soaking_run_has_time(monkeypatch, asked, seconds):
    monkeypatch.setenv(soaking.SOAK, asked)
    assert soaking.longest(10) == seconds
