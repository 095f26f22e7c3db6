"""Texts for evidence, exclusions and open comments."""

from flask_babel import lazy_gettext

TEXTS = {
    "evidence.not_closed": lazy_gettext("调查结束以后才能查看答卷的迹象。"),
    "evidence.too_many": lazy_gettext(
        "有 %(forms)s 份答卷，超过网页能等的 %(most)s 份。请在服务器上运行：flask evidence look %(name)s"
    ),
    "evidence.impossible": lazy_gettext("现有答卷无法查看：%(where)s 需要 %(expected)s。"),
    "evidence.none": lazy_gettext("还没有查看过 %(name)s 的答卷。请先运行：flask evidence look %(name)s"),
    "evidence.unknown_school": lazy_gettext("学校 %(school)s 没有可以判断的答卷，或没有这所学校。"),
    "exclusion.malformed": lazy_gettext("读不懂这条剔除规则："),
    "exclusion.shape": lazy_gettext("这条剔除规则的写法不对："),
    "exclusion.limits": lazy_gettext("剔除规则 %(name)s 的界限不对：%(got)s"),
    "exclusion.unknown_rule": lazy_gettext("没有名为“%(name)s”的剔除规则。可用的有：%(expected)s"),
    "exclusion.reason": lazy_gettext("理由没有写好，没有记下任何决定。"),
    "exclusion.reason_length": lazy_gettext("请写 %(least)s 到 %(most)s 个字，说明谁商定的、根据什么"),
    "exclusion.sealed": lazy_gettext("调查已封存，剔除的决定不能再改。"),
    "exclusion.score_seen": lazy_gettext("得分已经有人看过，不能再决定剔除规则：看过得分再挑规则，就成了挑结果。"),
    "exclusion.decided_already": lazy_gettext("规则 %(name)s 已经决定过，仍然有效。"),
    "exclusion.unknown": lazy_gettext("没有第 %(number)s 号决定。"),
    "exclusion.withdrawn_already": lazy_gettext("第 %(number)s 号决定已经撤回。"),
    "comments.not_closed": lazy_gettext("调查结束以后才能看留言。"),
    "comments.no_group": lazy_gettext("没有“%(group)s”这一类对象的留言可看。可用的有：%(expected)s"),
    "comments.few_lines": lazy_gettext(
        "没有哪一类对象里有 %(fewest)s 条以上的留言用“%(word)s”这个词（也可能一条没有），不显示。"
    ),
    "notice.quality.no_mahalanobis": lazy_gettext("答卷太少或答案太相像，没有判断是否杂乱无章。"),
    "notice.quality.no_seconds": lazy_gettext("有的问卷没有记下用时，没有判断快慢。"),
    "notice.quality.few_synonyms": lazy_gettext("有的问卷意思相近的题太少，没有判断相近的题是否答得相近。"),
    "notice.quality.few_antonyms": lazy_gettext("有的问卷意思相反的题太少，没有判断相反的题是否答得相反。"),
    "notice.quality.no_even_odd": lazy_gettext("有的问卷每个维度的题太少，没有判断前后是否一致。"),
}
