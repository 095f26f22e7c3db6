"""Studies beside a score."""

from __future__ import annotations

from flask_babel import lazy_gettext

TEXTS = {
    "study.no_evaluation": lazy_gettext("没有第 %(number)s 次测评"),
    "study.data_changed": lazy_gettext(
        "第 %(number)s 次测评之后，答卷或剔除规则变了，不能再按当时的答卷分析。请先重新计算得分。"
    ),
}
