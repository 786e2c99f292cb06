"""Chains of causes, and the loops they show."""

from hypothesis import given
from hypothesis import strategies as st

from engine.causes import MAX_DEPTH, chain_from_text, is_loop, link, text_from_chain

keys = st.from_regex(r"[A-Za-z0-9_\-]{1,64}", fullmatch=True)
links = st.builds(link, st.integers(1, 10**9), keys)
chains = st.lists(links, max_size=20).map(tuple)


@given(chains)
def test_a_chain_survives_being_stored(chain):
    assert chain_from_text(text_from_chain(chain)) == chain


def test_an_empty_chain_is_stored_as_nothing():
    assert text_from_chain(()) is None
    assert chain_from_text(None) == chain_from_text("") == ()


@given(chains)
def test_a_step_met_again_in_its_own_chain_is_a_loop(chain):
    for own in chain:
        assert is_loop(chain, own)
    assert is_loop((*chain, "7:a"), "7:a")


@given(st.sets(links, max_size=MAX_DEPTH - 1).map(tuple))
def test_a_short_chain_without_the_step_is_no_loop(chain):
    assert not is_loop(chain, "0:a")


@given(st.lists(links, min_size=MAX_DEPTH, max_size=40).map(tuple))
def test_a_chain_that_is_too_deep_is_a_loop(chain):
    assert is_loop(chain, "0:a")


@given(st.integers(1, 10**9), st.integers(1, 10**9), keys, keys)
def test_links_are_equal_for_the_same_step_of_the_same_workflow_alone(one, other, key, other_key):
    same = (one, key) == (other, other_key)
    assert (link(one, key) == link(other, other_key)) is same


def test_steps_of_one_key_in_two_workflows_are_no_loop():
    assert not is_loop((link(1, "a"),), link(11, "a"))
    assert not is_loop((link(1, "1a"),), link(11, "a"))
