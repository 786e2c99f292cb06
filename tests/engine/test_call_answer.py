import json

from hypothesis import given
from hypothesis import strategies as st

from engine.call_answer import answer_outputs
from engine.typed_json import packed, unpacked

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["$date", "$datetime", "$records", "a"]), inner)
    ),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(["$date", "$records", "b"]), VALUES))
def test_what_a_service_says_is_kept_as_plain_values(value):
    outputs = answer_outputs(200, json.dumps(value))
    assert unpacked(packed(outputs)) == outputs


@given(st.none() | st.text())
def test_any_text_is_an_answer(text):
    assert answer_outputs(None, text)["text"] == (text or "")
