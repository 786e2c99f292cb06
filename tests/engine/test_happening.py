"""Which changes of a field are an event."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.changes import gained, is_change
from engine.happening import Happening

id_lists = st.lists(st.integers(1, 9), unique=True)
plain = st.one_of(st.just(False), st.integers(1, 9), st.sampled_from(["won", "lost", ""]))


@given(old=id_lists, new=id_lists)
def test_a_list_gains_what_it_had_not(old, new):
    assert set(gained(old, new)) | set(old) >= set(new)
    assert not set(gained(old, new)) & set(old)


@given(old=plain, new=plain)
def test_a_single_value_is_gained_by_a_change_alone(old, new):
    assert gained(old, new) == ([new] if is_change(old, new) else [])


@given(old=plain, accepted=st.lists(plain, min_size=1))
def test_no_value_is_no_event_unless_it_is_named(old, accepted):
    change = [old, False]
    assert not Happening().turns(change, accepted)
    assert Happening(values=(False,)).turns(change, None) == is_change(old, False)


def test_without_a_change_nothing_happens():
    assert not Happening(values=(False,)).turns(None, None)


@pytest.mark.parametrize(("facts", "gone"), [(("deleted",), True), (("created", "changed"), False)])
def test_what_was_deleted_is_gone(facts, gone):
    assert Happening(facts=facts).is_gone is gone
