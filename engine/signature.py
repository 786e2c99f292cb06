"""Signatures: that a call comes from whoever knows the secret, and is not an old one again.

The scheme is that of the Standard Webhooks: HMAC-SHA256 over ``id.timestamp.body``, in base64,
with the version ``v1,`` before it. The id keeps a captured call from being sent twice.
"""

import base64
import binascii
import hmac
import re
import secrets
from hashlib import sha256

#: How many seconds a call may be old, or ahead, by the sender's clock.
TOLERANCE = 300
PREFIX = "whsec_"
_TIMESTAMP = re.compile(r"[0-9]{1,12}")


def new_secret():
    """A secret as the Standard Webhooks spell it.

    >>> new_secret().startswith("whsec_"), new_secret() == new_secret()
    (True, False)
    """
    return PREFIX + base64.b64encode(secrets.token_bytes(24)).decode()


def signature_of(secret, delivery, timestamp, body):
    """The signature of a call.

    >>> signature_of("whsec_c2VjcmV0", "call-1", "1700000000", b"{}")
    'v1,uJRo2wMtM+Iaecr9Zn+bOBdRq0/1QTmtLueY1lLW7Jw='
    """
    signed = f"{delivery}.{timestamp}.".encode() + body
    digest = hmac.new(_key(secret), signed, sha256).digest()
    return "v1," + base64.b64encode(digest).decode()


def is_signed(secret, delivery, timestamp, body, signatures):
    """True when one of the signatures, divided by blanks, is that of the call."""
    if not (_key(secret) and delivery and timestamp and signatures):
        return False
    expected = signature_of(secret, delivery, timestamp, body).encode()
    return any(
        hmac.compare_digest(expected, given.encode(errors="replace"))
        for given in signatures.split(" ")
    )


def is_recent(timestamp, now):
    """True when a call was sent within :data:`TOLERANCE` of ``now``, in seconds since 1970.

    >>> is_recent("1000", 1299), is_recent("1000", 1301), is_recent("soon", 1000)
    (True, False, False)
    """
    return bool(_TIMESTAMP.fullmatch(timestamp or "")) and abs(int(timestamp) - now) <= TOLERANCE


def _key(secret):
    """The bytes behind ``whsec_``; a secret of another shape is taken as it stands."""
    if not secret.startswith(PREFIX):
        return secret.encode()
    try:
        return base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except binascii.Error:
        return secret.encode()
