"""Texts for scores: refusals, and the notices that stand beside the numbers."""

from flask_babel import lazy_gettext

TEXTS = {
    "score.no_responses": lazy_gettext("调查批次 %(name)s 还没有答卷，无法计分。"),
    "scorecard.unknown": lazy_gettext("没有名为 %(name)s 的计分方案。可用的有：%(expected)s"),
    "score.impossible": lazy_gettext("现有答卷无法计分：%(where)s 需要 %(expected)s。"),
    "score.needs_answers": lazy_gettext("计分方案 %(scorecard)s 要逐人计算，答案计数算不出来。请去掉 --preview。"),
    "counts.none": lazy_gettext("还没有统计过答案，或统计之后有答卷被删除。请先运行 flask responses count。"),
    "counts.strange_codes": lazy_gettext("有答卷的答案不是问卷的选项，没有统计。"),
    "counts.strange_code": lazy_gettext("问卷 %(version)s 没有这样的选项"),
    "responses.misfit": lazy_gettext(
        "有答卷与本次调查的问卷对不上（对象、问卷版本或题数不同），无法读取。数据可能被别的程序改过，请从备份恢复。"
    ),
}
