"""The log of Odoo's tests is read strictly: nothing that went wrong counts as passed."""

import pytest
from setup.testing import odoo_part, server_log
from setup.testing.declared import Test
from setup.testing.selection import Selection

LOGGER = "odoo.addons.crm_workflow.tests.test_runner"
STARTED = f"{LOGGER}: Starting TestRunner.test_it ..."
TEST = Test("odoo", "tests/test_runner.py", "TestRunner", "test_it")


def log(*records):
    """Return a log; a record of level ERROR begins with `!`."""
    head = "2030-01-01 00:00:00,000 1 {} db {}\n"
    return "".join(
        head.format("ERROR" if text.startswith("!") else "INFO", text.removeprefix("!"))
        for text in records
    )


def judged(*records, code=0, tests=(TEST,)):
    return odoo_part.judge(log(*records), code, Selection(frozenset(), tests, whole=False))


def test_a_started_test_without_complaint_has_passed():
    assert judged(STARTED).counts() == "1 passed, 0 failed"


@pytest.mark.parametrize("flavour", ["FAIL", "ERROR"])
def test_a_failure_counts_once_with_its_text(flavour):
    results = judged(
        STARTED,
        f"!{LOGGER}: {flavour}: TestRunner.test_it\nTraceback\nAssertionError: no",
        "!odoo.tests.result: 1 failed, 0 error(s) of 1 tests when loading database 'db'",
        code=1,
    )
    assert results.counts() == "0 passed, 1 failed"
    assert "AssertionError: no" in results.failed["test_runner: TestRunner.test_it"]


def test_a_failing_subtest_fails_its_test():
    results = judged(STARTED, f"!{LOGGER}: FAIL: Subtest TestRunner.test_it (i=1)\nTraceback")
    assert results.counts() == "0 passed, 1 failed"


def test_a_broken_class_fails():
    results = judged(f"!{LOGGER}: ERROR: setUpClass ({LOGGER}.TestRunner)\nTraceback", tests=())
    assert results.counts() == "0 passed, 1 failed"


def test_an_error_that_no_test_expected_fails_the_run():
    results = judged(STARTED, "!odoo.sql_db: bad query: SELECT 1/0\nERROR: division by zero")
    assert results.counts() == "1 passed, 1 failed"


def test_a_declared_test_that_did_not_start_fails_the_run():
    assert "did not run it" in judged().failed[TEST.name]


def test_an_inherited_test_counts_for_the_class_that_declares_it():
    heir = Test("odoo", "tests/test_heir.py", "TestHeir", "test_own", ("TestRunner",))
    records = [f"{LOGGER}: Starting TestHeir.{method} ..." for method in ("test_it", "test_own")]
    assert judged(*records, tests=(TEST, heir)).counts() == "2 passed, 0 failed"


@pytest.mark.parametrize(
    ("reason", "counts"),
    [
        ("mass_mailing is not installed", "0 passed, 0 failed, 1 skipped"),
        ("", "0 passed, 1 failed"),
        ("todo", "0 passed, 1 failed"),
    ],
)
def test_a_skip_needs_a_named_reason(reason, counts):
    results = judged(STARTED, f"{LOGGER}: skipped TestRunner.test_it : {reason}")
    assert results.counts() == counts


def test_a_bad_exit_code_alone_fails_the_run():
    assert judged(STARTED, code=-9).counts() == "1 passed, 1 failed"


def test_each_front_end_test_counts():
    browser = "odoo.addons.crm_workflow.tests.test_js.TestJs.test_hoot.browser"
    results, _started = server_log.read(
        log(
            f'{browser}: [HOOT] Test "@crm_workflow/canvas/one" passed (assertions: 1)',
            f'!{browser}: [HOOT] Test "@crm_workflow/canvas/two" failed (assertions: 1)',
        )
    )
    assert results.passed == {"@crm_workflow/canvas/one"}
    assert list(results.failed) == ["@crm_workflow/canvas/two"]
