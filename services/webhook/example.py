"""An example of a call that people can paste into a terminal."""

import json

from ...engine.payload import example_payload

#: Signs as the Standard Webhooks say, with nothing but OpenSSL.
_SIGNED = """\
SECRET='…'   # the signing secret
ID="call-$(date +%s%N)"; TIME=$(date +%s)
KEY=$(printf %s "${{SECRET#whsec_}}" | base64 -d | od -An -v -tx1 | tr -d ' \\n')
BODY={body}
SIGNATURE=$(printf %s "$ID.$TIME.$BODY" \\
  | openssl dgst -sha256 -mac HMAC -macopt "hexkey:$KEY" -binary | base64)
curl '{url}' \\
  -H 'Content-Type: application/json' \\
  -H "webhook-id: $ID" -H "webhook-timestamp: $TIME" -H "webhook-signature: v1,$SIGNATURE" \\
  -d "$BODY"
"""
_PLAIN = """\
curl '{url}' \\
  -H 'Content-Type: application/json' \\
  -d {body}
"""


def curl(trigger, url):
    """A call of a webhook as a command; it names no secret besides the address."""
    paths = [trigger.webhook_path, *trigger.webhook_value_ids.mapped("path")]
    payload = example_payload([path for path in paths if path])
    body = json.dumps(payload, ensure_ascii=False).replace("'", "'\\''")
    text = _SIGNED if trigger.webhook_signed else _PLAIN
    return text.format(url=url, body=f"'{body}'")
