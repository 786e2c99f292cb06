import io
import re
from collections import Counter
from pathlib import Path

import polib

from odoo.tests import TransactionCase, tagged
from odoo.tools.translate import trans_export

TRANSLATIONS = Path(__file__).parent.parent / "i18n"
TEMPLATE = TRANSLATIONS / "crm_workflow.pot"
LANGUAGES = ("de", "es", "fr")
#: What code fills in: %s, %(name)s.
PLACEHOLDER = re.compile(r"%(?:\(\w+\))?[sd]")
CURE = "CONTRIBUTING.md has the commands, under “Texts and translations”: bin/odoo i18n export …"


def terms(file):
    """{term: entry} of a file that is in use."""
    return {entry.msgid: entry for entry in file if not entry.obsolete}


def told(title, found):
    """One line of a failure for each term."""
    return "".join(f"\n  {title}: {term!r}" for term in sorted(found))


@tagged("post_install", "-at_install")
class TestTranslations(TransactionCase):
    """The template holds all texts of today, and each language says all of them."""

    def test_the_template_is_what_odoo_exports_now(self):
        buffer = io.BytesIO()
        trans_export(False, ["crm_workflow"], buffer, "po", self.env)
        now = terms(polib.pofile(buffer.getvalue().decode())).keys()
        kept = terms(polib.pofile(str(TEMPLATE))).keys()
        faults = told("missing", now - kept) + told("superfluous", kept - now)
        self.no(faults, f"{TEMPLATE.name} is not what Odoo exports now. {CURE}")

    def test_each_language_holds_every_term(self):
        wanted = terms(polib.pofile(str(TEMPLATE))).keys()
        for language, entries in self.languages():
            with self.subTest(language):
                faults = told("missing", wanted - entries.keys())
                faults += told("superfluous", entries.keys() - wanted)
                faults += told("empty", self.having(entries, lambda entry: not entry.msgstr))
                faults += told("fuzzy", self.having(entries, lambda entry: entry.fuzzy))
                self.no(faults, f"{language}.po is not complete. {CURE}")

    def test_translations_fill_in_what_the_text_does(self):
        for language, entries in self.languages():
            with self.subTest(language):
                faults = told("other placeholders", self.having(entries, self.fills_in_otherwise))
                self.no(faults, f"{language}.po would fail where it is shown. Correct it.")

    def no(self, faults, message):
        """Fail when there are faults, with one line for each."""
        if faults:
            self.fail(message + faults)

    def languages(self):
        """(language, {term: entry}) of each language there is."""
        self.assertEqual({path.stem for path in TRANSLATIONS.glob("*.po")}, set(LANGUAGES))
        for language in LANGUAGES:
            yield language, terms(polib.pofile(str(TRANSLATIONS / f"{language}.po")))

    @staticmethod
    def having(entries, fault):
        return [term for term, entry in entries.items() if fault(entry)]

    @staticmethod
    def fills_in_otherwise(entry):
        texts = (entry.msgid, entry.msgstr)
        wanted, found = (PLACEHOLDER.findall(text) for text in texts)
        return Counter(wanted) != Counter(found)
