"""Texts for reports."""

from flask_babel import lazy_gettext

TEXTS = {
    "report.no_school": lazy_gettext("没有代码为 %(school)s 的学校，或者这次测评没有它的答卷。"),
    "report.no_schools": lazy_gettext("这次测评里没有一所学校，也就没有学校反馈单。"),
    "report.offered": lazy_gettext("没有这样的报告：%(wanted)s"),
    "report.unknown": lazy_gettext("没有编号为 %(serial)s 的报告。"),
    "trail.report.issued": lazy_gettext(
        "生成了第 %(evaluation)s 次测评的报告（%(kind)s，%(language)s，%(reports)s 份），各有核验编号"
    ),
}
