"""Texts of the notices that stand beside a score; `app.notices` puts their particulars into words first."""

from flask_babel import lazy_gettext

TEXTS = {
    "notice.missing_group": lazy_gettext(
        "没有收到%(group)s的有效答卷，其余对象的权重按比例放大，结果不能与其他县直接比较。"
    ),
    "notice.group_without_weight": lazy_gettext("%(group)s有答卷，但计分方案没有给它权重，未计入综合得分。"),
    "notice.lone_stratum": lazy_gettext("“%(stratum)s”层只有一所学校，计算误差时与“%(joined)s”合并。"),
    "notice.item_without_valid_answers": lazy_gettext("%(group)s的题目 %(item)s 没有一个有效回答，未计入。"),
    "notice.no_interval": lazy_gettext("有答卷的学校太少（自由度 %(df)s），无法计算误差范围，因此不能下结论。"),
    "notice.return_unknown": lazy_gettext("不知道发出多少份问卷，无法核对有效回收率是否达到 %(least)s。"),
    "notice.low_return": lazy_gettext("%(group)s的有效回收率为 %(share)s，低于要求的 %(least)s。"),
    "notice.more_answers_than_head_count": lazy_gettext(
        "%(group)s的答卷 %(answers)s 份，多于总人数 %(head_count)s：抽样框可能不对，或有人重复作答，请核实。"
    ),
}
