import json
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.call_text import (
    has_fixed_host,
    in_header,
    in_json,
    in_url,
    is_header_name,
    parts_of,
    without_placeholders,
)


@given(st.text())
def test_a_value_comes_out_of_its_place_as_it_was(text):
    assert json.loads(f'"{in_json(text)}"') == text
    assert not set(in_header(text)) & {"\r", "\n", "\0"}


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_a_value_in_a_url_is_one_part_of_it(text):
    assert unquote(in_url(text)) == text
    assert not set(in_url(text)) & set("/?#&=:@ ")


@given(st.text())
def test_the_parts_of_a_template_are_the_template(text):
    assert "".join(part for part, _is_place in parts_of(text)) == text


@pytest.mark.parametrize(
    ("template", "fixed"),
    [
        ("https://a.example", True),
        ("https://a.example/{{ x }}", True),
        ("https://a.example?x={{ x }}", True),
        ("https://a.example{{ x }}", False),
        ("https://{{ x }}", False),
        ("{{ x }}", False),
        ("https://a.example:{{ x }}/", False),
        ("", True),
    ],
)
def test_the_host_of_an_address_is_fixed(template, fixed):
    assert has_fixed_host(template) is fixed


def test_several_places_are_filled():
    assert without_placeholders("{{a}}-{{ b }}", "x") == "x-x"


@pytest.mark.parametrize(
    "name", ["", None, "a:b", "a\nb", "Host", "webhook-id", "é", "Content-Type"]
)
def test_names_that_are_no_headers_of_a_step(name):
    assert not is_header_name(name)
