"""Paper forms: printed with a code each, keyed twice by two people, compared, and then a response like any other."""

from surveys.paper.importing import ImportedKeyings, import_keyings, template_of
from surveys.paper.keying import discard_keyings, find_form, key_form
from surveys.paper.model import COMMENT, LANGUAGE, PAPER, Difference, Disagreement, Form, Keyed, Pending
from surveys.paper.printing import PrintedForm, issue_forms, list_forms, papers_to_show
from surveys.paper.settling import get_disagreement, list_pending, settle

__all__ = [
    "COMMENT",
    "LANGUAGE",
    "PAPER",
    "Difference",
    "Disagreement",
    "Form",
    "ImportedKeyings",
    "Keyed",
    "Pending",
    "PrintedForm",
    "discard_keyings",
    "find_form",
    "get_disagreement",
    "import_keyings",
    "issue_forms",
    "key_form",
    "list_forms",
    "list_pending",
    "papers_to_show",
    "settle",
    "template_of",
]
