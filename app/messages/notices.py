"""Texts of the notices that stand beside a score; `app.notices` puts their particulars into words first.

Where a code has a text for `each`, its notices become one sentence with a list.
"""

from flask_babel import lazy_gettext

TEXTS = {
    "notice.missing_group": lazy_gettext(
        "没有收到%(each)s的有效答卷，其余对象的权重按比例放大，结果不能与对象齐全的结果比较。"
    ),
    "notice.missing_group.each": lazy_gettext("%(group)s"),
    "notice.group_silent": lazy_gettext("没有一份答卷的对象：%(each)s。"),
    "notice.group_silent.each": lazy_gettext("%(group)s（%(population)s 人）"),
    "notice.group_without_weight": lazy_gettext("计分方案没有给权重，因此未计入综合得分：%(each)s。"),
    "notice.group_without_weight.each": lazy_gettext("%(group)s"),
    "notice.no_frame_count": lazy_gettext("抽样框里没有人数，因此答卷没有加权：%(each)s。"),
    "notice.no_frame_count.each": lazy_gettext("%(group)s（答卷 %(answers)s 份）"),
    "notice.silent_cells": lazy_gettext("有的学校没有人作答，由其他学校的同类对象代表：%(each)s。"),
    "notice.silent_cells.each": lazy_gettext("%(group)s %(cells)s 所（%(people)s 人）"),
    "notice.cells_merged": lazy_gettext("有的学校答卷太少，与同类学校合在一起计算权重：%(each)s。"),
    "notice.cells_merged.each": lazy_gettext("%(stratum)s的%(group)s（%(cells)s 所）"),
    "notice.more_answers_than_roster": lazy_gettext("答卷比人数多，抽样框可能不对，或有人重复作答，请核实：%(each)s。"),
    "notice.more_answers_than_roster.each": lazy_gettext("%(school)s %(group)s（%(answers)s 份，%(population)s 人）"),
    "notice.more_answers_than_head_count": lazy_gettext(
        "答卷比总人数多，人数可能不对，或有人重复作答，请核实：%(each)s。"
    ),
    "notice.more_answers_than_head_count.each": lazy_gettext("%(group)s（%(answers)s 份，%(head_count)s 人）"),
    "notice.lone_stratum": lazy_gettext("只有一所学校作答的层，计算误差时与相近的层合并：%(each)s。"),
    "notice.lone_stratum.each": lazy_gettext("%(stratum)s（并入%(joined)s）"),
    "notice.item_without_valid_answers": lazy_gettext("没有一个有效回答、因此未计入的题目：%(each)s。"),
    "notice.item_without_valid_answers.each": lazy_gettext("%(group)s %(item)s"),
    "notice.no_interval": lazy_gettext("作答的学校太少（自由度 %(df)s），算不出误差范围，因此不能下结论。"),
    "notice.schools_silent": lazy_gettext(
        "有 %(schools)s 所学校没有一个人作答，因此没有算“本县这一次”的区间：它要求学校全都参加。"
    ),
    "notice.lone_people": lazy_gettext("有 %(cells)s 处全校只有一人作答，这一人的偶然性没有算进“本县这一次”的区间。"),
    "notice.no_error_from_counts": lazy_gettext(
        "以下数字由答案计数得出：有 %(lines)s 行学校得分没有误差范围，要读全部答卷才能算出。"
    ),
    "notice.return_unknown": lazy_gettext("不知道发出多少份问卷，无法核对有效回收率是否达到 %(least)s。"),
    "notice.low_return": lazy_gettext("有效回收率低于计分方案要求的 %(least)s：%(each)s。"),
    "notice.low_return.each": lazy_gettext("%(group)s %(share)s"),
}
