"""Studies beside a score."""

from __future__ import annotations

from flask_babel import lazy_gettext

TEXTS = {
    "study.no_evaluation": lazy_gettext("没有第 %(number)s 次测评"),
    "study.data_changed": lazy_gettext(
        "第 %(number)s 次测评之后，答卷或剔除规则变了，不能再按当时的答卷分析。请先重新计算得分。"
    ),
    "study.impossible": lazy_gettext("这些答卷做不了这项分析（%(where)s 需要 %(expected)s）"),
    "study.unknown": lazy_gettext("没有叫“%(study)s”的分析"),
    "study.too_large": lazy_gettext("答卷超过 %(most)s 份，要算一阵子，请在服务器上运行 flask studies make %(name)s"),
}
