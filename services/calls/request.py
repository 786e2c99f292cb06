"""From a batch to calls: what each record makes of the step's texts and values."""

import json
from hashlib import sha256
from urllib.parse import urlencode

from ...engine.call_address import destination_of
from ...engine.call_text import (
    in_body,
    in_header,
    in_url,
    parts_of,
    without_placeholders,
)
from ..queue.outbox import Draft, add_calls
from ..wake import wake
from .values import json_value

CRON = "crm_workflow.ir_cron_call"


def note_calls(action, batch):
    """Write the calls of a batch into the outbox, and have them sent after the commit.

    Set by set: texts and values of all records are made together, and written in one statement.
    A batch that is run again writes none twice.
    """
    letters = _Letters(action, batch)
    drafts = [
        letters.draft(row, record) for row, record in zip(batch.rows, batch.records, strict=True)
    ]
    add_calls(batch.env, action, action.call_method, host_of(action.call_url), drafts)
    wake(batch.env, CRON)


def host_of(template):
    """The host of an address, which holds no placeholder.

    :raise CallError: where there is none
    """
    return destination_of(without_placeholders(template or "")).host


def key_of(env, enrollment_id, step_key, visit):
    """What the service knows a call by, however often it is sent: one for each visit."""
    database = env["ir.config_parameter"].sudo().get_param("database.uuid")
    name = f"{database}:{enrollment_id}:{step_key}:{visit}"
    return "call_" + sha256(name.encode()).hexdigest()[:32]


class _Letters:
    """The texts of a step, filled in for all records of a batch."""

    def __init__(self, action, batch):
        self.action = action
        self.batch = batch
        self.values = batch.values()
        lines = action.call_line_ids
        self.headers = lines.filtered(lambda line: line.place == "header")
        self.fields = lines.filtered(lambda line: line.place == "value")
        self.media_type = action._call_media_type()
        self.url = self._filled(action.call_url, in_url)
        self.text = self._filled(
            action.call_text if action.call_content == "text" else "", in_body(self.media_type)
        )
        self.lines = {
            line: self._filled(line.value, in_header if line in self.headers else str)
            for line in self.headers.filtered(lambda line: not line.is_secret)
            | self.fields.filtered(lambda line: not line.field_path)
        }

    def _filled(self, template, spell):
        """{record id: text}: each placeholder filled in, and spelt as its place needs it."""
        parts = [
            (part, self.values.text(part, plain=True) if is_place else None)
            for part, is_place in parts_of(template)
        ]
        return {
            record_id: "".join(
                part if filled is None else spell(filled[record_id]) for part, filled in parts
            )
            for record_id in self.batch.records.ids
        }

    def draft(self, row, record):
        """The call of one record."""
        url, body = self.url[record.id], self._body(record)
        if self.action._call_in_query():
            url, body = _with_query(url, body), ""
        return Draft(
            key=key_of(self.batch.env, row.id, self.action.key, row.visit),
            enrollment_id=row.id,
            visit=row.visit,
            url=url,
            headers=json.dumps(self._headers(record, bool(body))),
            body=body.replace("\0", ""),
        )

    def _headers(self, record, has_body):
        """A secret header has no value here: it gets it when it is sent."""
        headers = {"User-Agent": "Odoo-Workflow", "Accept-Encoding": "identity"}
        if has_body:
            headers["Content-Type"] = f"{self.media_type}; charset=utf-8"
        return headers | {
            line.name: None if line.is_secret else self.lines[line][record.id]
            for line in self.headers
        }

    def _body(self, record):
        if self.action.call_content == "text":
            return self.text[record.id]
        if self.action.call_content != "values":
            return ""
        values = {"model": record._name, "id": record.id} | {
            line.name: json_value(record, line.field_path)
            if line.field_path
            else self.lines[line][record.id]
            for line in self.fields
        }
        return self._spelt(values)

    def _spelt(self, values):
        if self.action._call_as_form():
            return urlencode({name: _plain(value) for name, value in values.items()})
        return json.dumps(values, ensure_ascii=False)


def _with_query(url, query):
    if not query:
        return url
    start, hash_sign, fragment = url.partition("#")
    return f"{start}{'&' if '?' in start else '?'}{query}{hash_sign}{fragment}"


def _plain(value):
    """A value as forms have it: nothing is empty, and what is no text is spelt as JSON."""
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
