"""What a piece of Python reads."""

import pytest

from engine.python_code import reads


@pytest.mark.parametrize(
    "code, is_read",
    [
        ("record.write({'ref': 'x'})", True),
        ("if record:\n    pass", True),
        ("action = record.open()", True),
        ("records.write({'ref': 'x'})", False),
        ("for record in records:\n    record.ref = 'x'", False),
        ("records.filtered(lambda r: r.record)", False),
        ("[record.id for record in records]", False),
        ("'record'", False),
        ("", False),
        (None, False),
        ("record.(", False),
        ("record\0", False),
    ],
)
def test_code_reads_a_variable_when_it_names_it_and_does_not_set_it(code, is_read):
    assert reads(code, "record") is is_read
