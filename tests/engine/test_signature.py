"""A call is known by its signature, and only by the whole of it."""

import base64
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.signature import TOLERANCE, is_recent, is_signed, new_secret, signature_of

plain = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=20)
calls = st.tuples(plain, plain, st.binary(max_size=40))
secrets = plain | st.binary(min_size=1, max_size=40).map(
    lambda key: "whsec_" + base64.b64encode(key).decode()
)


@given(secrets, calls)
def test_a_call_is_signed_by_its_signature_among_others(secret, call):
    right = signature_of(secret, *call)
    assert is_signed(secret, *call, right)
    assert is_signed(secret, *call, f"v1,other {right} v2,x")


@given(secrets, secrets, calls, calls)
def test_another_call_or_secret_has_another_signature(secret, other, call, another):
    signature = signature_of(secret, *call)
    if ".".join(call[:2]).encode() + b"." + call[2] != (
        ".".join(another[:2]).encode() + b"." + another[2]
    ):
        assert not is_signed(secret, *another, signature)
    if other.encode() != secret.encode():
        assert is_signed(other, *call, signature) == (_key(other) == _key(secret))


@given(secrets, calls, st.text())
def test_any_text_is_no_signature(secret, call, signatures):
    assert not is_signed(secret, *call, signatures)


@pytest.mark.parametrize("missing", range(4))
def test_a_call_that_lacks_a_part_is_not_signed(missing):
    call = ["1", "2", b"{}", signature_of("secret", "1", "2", b"{}")]
    assert is_signed("secret", *call)
    call[missing] = type(call[missing])()
    assert not is_signed("secret", *call)


def test_the_scheme_is_that_of_the_standard_webhooks():
    secret, body = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", b'{"test": 2432232314}'
    call = ("msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", body)
    assert signature_of(secret, *call) == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@pytest.mark.parametrize(
    ("timestamp", "recent"),
    [
        ("1000000", True),
        (str(1_000_000 - TOLERANCE), True),
        (str(1_000_000 + TOLERANCE), True),
        (str(1_000_000 - TOLERANCE - 1), False),
        (str(1_000_000 + TOLERANCE + 1), False),
        ("", False),
        (None, False),
        ("now", False),
        ("-1000000", False),
        ("1000000.0", False),
        ("٣", False),
        ("9" * 5_000, False),
    ],
)
def test_only_calls_of_these_minutes_are_recent(timestamp, recent):
    assert is_recent(timestamp, 1_000_000) is recent


@pytest.mark.parametrize("secret", ["", "whsec_"])
def test_without_a_secret_nothing_is_signed(secret):
    call = ("1", "2", b"{}")
    assert not is_signed(secret, *call, signature_of(secret, *call))


def test_new_secrets_differ():
    assert len({new_secret() for _ in range(100)}) == 100


def _key(secret):
    try:
        if secret.startswith("whsec_"):
            return hmac_key(base64.b64decode(secret[6:], validate=True))
    except ValueError:
        pass
    return hmac_key(secret.encode())


def hmac_key(key):
    """Keys that differ by zeros at the end alone sign alike."""
    return hmac.new(key, b"", "sha256").digest()
