"""What sampling rules and plans say when they refuse, and what must stand beside a plan."""

from __future__ import annotations

from flask_babel import lazy_gettext

TEXTS = {
    "sampling.malformed": lazy_gettext("读不懂抽样规则文件"),
    "sampling.shape": lazy_gettext("抽样规则的写法不符合要求"),
    "sampling.invalid": lazy_gettext("抽样规则无法执行"),
    "sampling.missing": lazy_gettext("没有这一版抽样规则（%(version)s）"),
    "sampling.not_in_library": lazy_gettext("规则库里没有 %(name)s，有的是：%(expected)s"),
    "sampling.unknown": lazy_gettext("没有叫“%(name)s”的抽样规则，有的是：%(expected)s"),
    "sampling.not_a_number": lazy_gettext("不是数"),
    "sampling.size_missing": lazy_gettext("还要写 %(key)s（size.by 是 %(by)s）"),
    "sampling.size_unwanted": lazy_gettext("size.by 是 %(by)s 时不能写 %(key)s"),
    "sampling.floor_above_cap": lazy_gettext("下限比上限 %(cap)s 还大"),
    "sampling.last_step_limited": lazy_gettext("最后一档不能写 %(key)s：更大的也要有数"),
    "sampling.step_unlimited": lazy_gettext("除最后一档外都要写 %(key)s"),
    "sampling.steps_unordered": lazy_gettext("各档要从小到大，前一档已到 %(before)s"),
    "sampling.groups_unwanted": lazy_gettext("固定份数的规则不写 groups：answers 里已经写明对象"),
    "sampling.groups_missing": lazy_gettext("按班数定人数的规则要用 groups 写明对象"),
    "sampling.group_without_school": lazy_gettext("按班数定人数的只能是学生、家长、教师（student、parent、teacher）"),
    "sampling.shares_unwanted": lazy_gettext("size.by 是 %(by)s 时各类对象的份数已经定了，不能再写 shares"),
    "sampling.shares_above_one": lazy_gettext("各类对象的比例加起来超过 1"),
    "sampling.share_of_nobody": lazy_gettext("groups 里没有这类对象"),
    "sampling.grades_turned": lazy_gettext("起始年级比最后的年级 %(last)s 还高"),
    "sampling.band_outside": lazy_gettext(
        "年级段要从低到高、首尾相接，这一段应从 %(first)s 年级开始，不超过 %(last)s 年级"
    ),
    "sampling.bands_end": lazy_gettext("年级段没有排到 %(last)s 年级，其余年级就没有人能被抽到"),
    "sampling.schools_how_many": lazy_gettext("抽学校时要写抽多少：number 或 share，只写一个"),
    "sampling.schools_unwanted": lazy_gettext("所有学校都参加时不写抽多少"),
    "sampling.schools_all": lazy_gettext("size.by 是 %(by)s 时所有学校都参加，不能抽学校"),
    "sampling.people_everyone": lazy_gettext("邀请所有人的规则不能等距抽人"),
    "plan.impossible": lazy_gettext("按规则 %(rule)s 做不出方案，没有写入任何内容"),
    "plan.none": lazy_gettext("这个批次还没有抽样方案"),
    "plan.campaign_closed": lazy_gettext("调查批次 %(name)s 已结束，不能再定抽样方案"),
    "plan.codes_issued": lazy_gettext(
        "已按现在的名单发放了 %(count)s 个个人码，不能改抽样方案：手里的答题条会对不上。请先作废这些个人码，再改方案"
    ),
    "plan.number_unreadable": lazy_gettext("应为数字"),
    "plan.residents_missing": lazy_gettext("这条规则按常住人口定份数，但不知道本县有多少人，请填写常住人口"),
    "plan.residents_wrong": lazy_gettext("常住人口应为正整数"),
    "plan.locality_missing": lazy_gettext("城区、镇区、乡村的常住人口要一起填"),
    "plan.residents_contradict": lazy_gettext(
        "城区、镇区、乡村加起来是 %(sum)s 人，与常住人口 %(residents)s 人对不上，请核对后一起填写"
    ),
    "plan.deff_twice": lazy_gettext("设计效应要么自己填，要么取自以前的批次，只能选一个"),
    "plan.deff_wrong": lazy_gettext("设计效应应在 1 到 %(most)s 之间"),
    "plan.earlier_unknown": lazy_gettext("本县没有这个批次"),
    "plan.earlier_unscored": lazy_gettext("这个批次还没有测评结果，取不到设计效应"),
    "plan.nobody": lazy_gettext("抽样框里没有这条规则要问的人"),
    "plan.classes_missing": lazy_gettext("没有班级名册，规则要按班数定人数；请先导入"),
    "plan.parents_missing": lazy_gettext("家长是 0 人，学生却有 %(pupils)s 人，请核对抽样框"),
    "plan.lists_contradict": lazy_gettext(
        "抽样框的受访学生数与班级名册对不上：名册 %(first)s–%(last)s 年级共 %(listed)s 人"
    ),
    "plan.lists_short": lazy_gettext("抽样框的受访学生数比班级名册的全部学生（%(listed)s 人）还多"),
    "plan.too_few_answers": lazy_gettext("按人口算出的份数还不够 %(groups)s 类对象每类一份，请核对常住人口"),
    "plan.too_few_schools": lazy_gettext("规则抽的学校比层数（%(strata)s 层）还少，有的层会一所也没有"),
    "notice.plan_group_missing": lazy_gettext("规则要问、抽样框里却没有人的对象，名额全部空缺：%(each)s。"),
    "notice.plan_group_missing.each": lazy_gettext("%(group)s（缺 %(asked)s 份）"),
    "notice.plan_group_too_small": lazy_gettext(
        "人数比规则要求的份数还少，只能全部邀请，缺额不转给别的对象：%(each)s。"
    ),
    "notice.plan_group_too_small.each": lazy_gettext("%(group)s（要 %(asked)s 份，只有 %(people)s 人）"),
    "notice.plan_empty_stratum": lazy_gettext("按人口应有名额、当地却没有学校有这类对象，名额空缺：%(each)s。"),
    "notice.plan_empty_stratum.each": lazy_gettext("%(locality)s%(group)s %(asked)s 份"),
    "notice.plan_empty_band": lazy_gettext("有的年级段在班级名册里没有学生，名额空缺：%(each)s。"),
    "notice.plan_empty_band.each": lazy_gettext("%(group)s %(asked)s 份"),
    "notice.plan_stratum_short": lazy_gettext("有的层给不出规则要的份数，缺额不转给别处：%(each)s。"),
    "notice.plan_stratum_short.each": lazy_gettext("%(stratum)s%(group)s（要 %(asked)s 份，能有 %(people)s 份）"),
    "notice.plan_schools_short": lazy_gettext("有的学校人数不够规则定的人数：%(each)s。"),
    "notice.plan_schools_short.each": lazy_gettext("%(group)s %(strata)s 层共缺 %(lacking)s 份"),
    "notice.plan_group_not_asked": lazy_gettext("这条规则不问、因此没有名额的对象：%(each)s。"),
    "notice.plan_group_not_asked.each": lazy_gettext("%(group)s"),
    "notice.plan_localities_unknown": lazy_gettext(
        "没有填写城区、镇区、乡村的常住人口，因此按抽样框里的人数分配，而规则要求按常住人口比例。"
    ),
    "notice.plan_bands_without_lists": lazy_gettext("没有全部学校的班级名册，因此没有按年级段平分：%(each)s。"),
    "notice.plan_bands_without_lists.each": lazy_gettext("%(group)s"),
    "notice.plan_left_out": lazy_gettext("名额太少，有的学校一份也分不到，那里的人没有机会被抽到：%(each)s。"),
    "notice.plan_left_out.each": lazy_gettext("%(group)s %(places)s 处（%(people)s 人）"),
    "notice.plan_lone_school": lazy_gettext(
        "只有一所学校的层，这所学校必定参加，计分时估不出校际差别，要与相近的层合并：%(each)s。"
    ),
    "notice.plan_lone_school.each": lazy_gettext("%(stratum)s"),
    "notice.plan_single_draw": lazy_gettext("只抽一所学校的层，计分时估不出校际差别，要与相近的层合并：%(each)s。"),
    "notice.plan_single_draw.each": lazy_gettext("%(stratum)s（%(schools)s 所抽 1 所）"),
    "notice.plan_all_schools": lazy_gettext("规则抽 %(asked)s 所学校，全县只有 %(schools)s 所，因此全部参加。"),
    "notice.plan_deff_missing": lazy_gettext("以前的批次没有问过、设计效应按 2 计的对象：%(each)s。"),
    "notice.plan_deff_missing.each": lazy_gettext("%(group)s"),
    "notice.plan_composite_lacks": lazy_gettext(
        "计分方案给了权重、这个方案却不会有答卷的对象，综合得分的误差没有算它们：%(each)s。"
    ),
    "notice.plan_composite_lacks.each": lazy_gettext("%(group)s"),
}
