"""What publication rules say when they refuse, and what the trail tells of them."""

from __future__ import annotations

from flask_babel import lazy_gettext

TEXTS = {
    "publication.malformed": lazy_gettext("读不懂发布规则文件"),
    "publication.shape": lazy_gettext("发布规则的写法不符合要求"),
    "publication.invalid": lazy_gettext("发布规则前后不一致"),
    "publication.unknown": lazy_gettext("没有叫“%(name)s”的发布规则，有的是：%(expected)s"),
    "publication.not_a_number": lazy_gettext("不是数"),
    "publication.bands_begin": lazy_gettext("第一档要从公布的最少人数（%(smallest)s）或更少的人开始"),
    "publication.bands_unordered": lazy_gettext("各档要从少到多，前一档已到 %(before)s 人"),
    "publication.bands_wider": lazy_gettext("人越多，界限要越近，前一档是 %(before)s 个百分点"),
    "publication.whole_below_smallest": lazy_gettext("不能小于公布的最少人数（%(smallest)s），否则没有得分会取整"),
    "publication.fewest_too_many": lazy_gettext("不能超过公布的最少人数（%(smallest)s）的一半，否则高低两个界限会重叠"),
    "publication.withhold_unwanted": lazy_gettext("不公布任何学校时，不写只公布到县的对象"),
    "publication.signed": lazy_gettext("各级已按发布规则 %(rule)s 签署，不能再换。要换，先由上一级退回"),
    "campaign.publication_unknown": lazy_gettext("没有这个发布规则或版本；现有：%(expected)s"),
    "trail.publication.chosen": lazy_gettext("把发布规则从 %(before)s 换成 %(rule)s"),
    "trail.publication_rule.published": lazy_gettext("发布了发布规则 %(name)s 第 %(number)s 版"),
}
