"""What the draw, class lists and the weights that follow from them say."""

from __future__ import annotations

from flask_babel import lazy_gettext

TEXTS = {
    "draw.seed": lazy_gettext("种子应为 0 到 %(limit)s 的整数"),
    "draw.not_drawn": lazy_gettext("抽样方案还没有抽定，请先抽签"),
    "draw.closed": lazy_gettext("调查已结束，不能再抽签或发放答题条"),
    "draw.codes_issued": lazy_gettext(
        "已按抽定的名单发放了个人码，不能用别的种子再抽：手里的答题条会对不上。请先作废这些个人码，再重新抽签"
    ),
    "draw.impossible": lazy_gettext("按这个方案抽不了，没有写入任何内容"),
    "draw.nobody": lazy_gettext("方案里没有一个要邀请的人"),
    "draw.more_than_people": lazy_gettext("名额比人数多，当地只有 %(population)s 人"),
    "draw.empty_stratum": lazy_gettext("这一层没有学校有要问的人，却要抽学校"),
    "draw.schools_of_stratum": lazy_gettext("这一层有 %(there)s 所学校，抽的学校数应在 1 到 %(there)s 之间"),
    "classes.invalid": lazy_gettext("班级名册有误，没有写入任何内容"),
    "classes.no_frame": lazy_gettext("%(region)s 还没有抽样框，请先导入抽样框，再导入班级名册"),
    "classes.drawn": lazy_gettext("已按第 %(number)s 版抽样框的名册抽签，名册不能再改：改了就无法复核"),
    "classes.none": lazy_gettext("文件里没有一个班"),
    "classes.school_unknown": lazy_gettext("抽样框里没有这所学校"),
    "classes.repeated": lazy_gettext("同一个班写了两次，第 %(first)s 行已经有了"),
    "classes.more_than_pupils": lazy_gettext("学校 %(school)s 各班人数相加比抽样框的学生数（%(pupils)s 人）还多"),
    "classes.fewer_than_students": lazy_gettext(
        "学校 %(school)s 各班人数相加比抽样框的受访学生数（%(students)s 人）还少"
    ),
    "score.no_draw": lazy_gettext("抽样方案没有抽定，不能按抽样设计加权。可改为按抽样框加权"),
    "notice.draw_lone_school": lazy_gettext("只有一所学校的层，这所学校必然抽中：%(each)s。"),
    "notice.draw_lone_school.each": lazy_gettext("%(stratum)s"),
    "notice.draw_short_list": lazy_gettext("有的地方人数不够邀请数，已全部邀请：%(each)s。"),
    "notice.draw_short_list.each": lazy_gettext("%(group)s %(places)s 处（少邀请 %(lacking)s 人）"),
    "notice.draw_lists_differ": lazy_gettext(
        "班级名册与抽样框的人数对不上的学校没有用名册，按全校统一编号抽取：%(each)s。"
    ),
    "notice.draw_lists_differ.each": lazy_gettext("%(group)s %(places)s 所"),
    "notice.outside_plan": lazy_gettext("有的答卷来自没有抽中的学校，按抽样框人数加权：%(each)s。"),
    "notice.beyond_draw": lazy_gettext("有的人不可能抽到（方案在他们那里没有名额），由同类对象代表：%(each)s。"),
    "notice.beyond_draw.each": lazy_gettext("%(group)s %(people)s 人"),
    "notice.outside_plan.each": lazy_gettext("%(group)s %(cells)s 处（答卷 %(answers)s 份）"),
    "notice.margin_silent": lazy_gettext("有的学段或城乡没有一份答卷，由同类对象的其他答卷代表：%(each)s。"),
    "notice.margin_silent.each": lazy_gettext("%(group)s（%(people)s 人）"),
    "notice.margin_dropped": lazy_gettext("答卷太少，学段和城乡的人数无法同时对齐，只对齐了学段：%(each)s。"),
    "notice.margin_dropped.each": lazy_gettext("%(group)s"),
    "notice.above_cap": lazy_gettext("有的权重在对齐人数以后仍超过上限：%(each)s。"),
    "notice.above_cap.each": lazy_gettext("%(group)s（%(rows)s 份答卷）"),
}
