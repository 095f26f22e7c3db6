"""Schools beside each other, and changes over time."""

from __future__ import annotations

from flask_babel import lazy_gettext

TEXTS = {
    "changes.apart.only_before": lazy_gettext("只有上次问了"),
    "changes.apart.only_after": lazy_gettext("只有这次问了"),
    "changes.apart.wording": lazy_gettext("问法改了"),
    "changes.apart.options": lazy_gettext("选项改了"),
    "changes.apart.groups": lazy_gettext("两次问的对象不同"),
    "changes.differs.scorecard": lazy_gettext("上次公布的得分用的是另一个计分方案；这里两次都按现在的方案重算。"),
    "changes.differs.weighting": lazy_gettext("两次的加权办法不同，各用各的权重；变化里可能有加权办法的影响。"),
    "changes.differs.excluded": lazy_gettext("两次的剔除规则不同，各按各的规则剔除；变化里可能有剔除规则的影响。"),
    "changes.composite": lazy_gettext(
        "这里的综合得分只含两次问法、选项和对象都相同的题，和各自公布的得分不是一回事，不能混用。"
    ),
}
