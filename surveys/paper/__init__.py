"""Paper forms: printed with a code each, keyed twice by two people, compared, and then a response like any other."""

from surveys.paper.entries import Waiting, count_waiting
from surveys.paper.importing import ImportedKeyings, columns_of, import_keyings
from surveys.paper.keying import discard_keyings, find_form, key_form
from surveys.paper.model import COMMENT, PAPER, Difference, Disagreement, Form, Keyed, Pending
from surveys.paper.printing import MOST_FORMS, PrintedForm, papers_to_show, print_forms
from surveys.paper.settling import get_disagreement, list_pending, settle

__all__ = [
    "COMMENT",
    "MOST_FORMS",
    "PAPER",
    "Difference",
    "Disagreement",
    "Form",
    "ImportedKeyings",
    "Keyed",
    "Pending",
    "PrintedForm",
    "Waiting",
    "columns_of",
    "count_waiting",
    "discard_keyings",
    "find_form",
    "get_disagreement",
    "import_keyings",
    "key_form",
    "list_pending",
    "papers_to_show",
    "print_forms",
    "settle",
]
