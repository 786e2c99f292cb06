"""What the answer of a service leaves for later steps."""

from .errors import PayloadError
from .payload import payload_from_json


def answer_outputs(status, text):
    """An answer's status, its text, and its fields if it is a JSON object.

    >>> answer_outputs(200, '{"score": 7}')
    {'status': 200, 'text': '{"score": 7}', 'json': {'score': 7}}
    >>> answer_outputs(200, "fine")["json"]
    {}
    """
    text = text or ""
    try:
        fields = payload_from_json(text.encode())
    except PayloadError:
        fields = {}
    return {"status": status or 0, "text": text, "json": fields}
