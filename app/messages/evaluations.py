"""Texts for scores: refusals, and the notices that stand beside the numbers."""

from flask_babel import lazy_gettext

TEXTS = {
    "score.no_responses": lazy_gettext("调查批次 %(name)s 还没有答卷，无法计分。"),
    "score.impossible": lazy_gettext("现有答卷无法计分：%(where)s 需要 %(expected)s。"),
}
