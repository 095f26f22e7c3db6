"""Texts for questionnaires: what can be wrong with a document, and what cannot be found."""

from flask_babel import lazy_gettext

TEXTS = {
    "instrument.malformed": lazy_gettext("问卷文件无法读取："),
    "instrument.shape": lazy_gettext("问卷文件的结构不对，没有发布："),
    "instrument.invalid": lazy_gettext("问卷内容有问题，没有发布："),
    "instrument.missing": lazy_gettext("没有这个问卷版本：%(version)s"),
    "instrument.not_in_library": lazy_gettext("问卷库里没有 %(name)s。现有：%(expected)s"),
    "instrument.text_missing": lazy_gettext("缺少语言 %(language)s 的文字"),
    "instrument.text_undeclared": lazy_gettext("语言 %(language)s 没有写在 languages 里。已写：%(expected)s"),
    "instrument.text_blank": lazy_gettext("语言 %(language)s 的文字是空白"),
    "instrument.text_unprintable": lazy_gettext("语言 %(language)s 的文字里有不能显示的字符"),
    "instrument.stage_unknown": lazy_gettext("不认识的学校类型。应为下列之一：%(expected)s"),
    "instrument.option_code_repeated": lazy_gettext("量表 %(scale)s 里选项代码重复"),
    "instrument.option_text_repeated": lazy_gettext("量表 %(scale)s 里选项文字重复"),
    "instrument.dont_know_unknown": lazy_gettext("量表 %(scale)s 里没有这个代码的选项"),
    "instrument.dont_know_not_standard": lazy_gettext(
        "标准量表 %(scale)s 里表示“不了解”的代码固定为 %(expected)s；要用别的代码，请给量表另起名字"
    ),
    "instrument.dont_know_missing": lazy_gettext(
        "题目 %(item)s 问成年人，所用量表必须有“不了解”选项，并写在 dont_know 里"
    ),
    "instrument.scale_too_few": lazy_gettext("量表 %(scale)s 除“不了解”外至少要有两个选项"),
    "instrument.scale_not_standard": lazy_gettext(
        "标准量表 %(scale)s 的选项代码固定为 %(expected)s；要用别的代码，请给量表另起名字"
    ),
    "instrument.scale_undeclared": lazy_gettext("这个量表没有写在 scales 里。已写：%(expected)s"),
    "instrument.scale_unused": lazy_gettext("没有题目使用这个量表"),
    "instrument.section_repeated": lazy_gettext("部分的 id 重复，第 %(first_line)s 行已用过"),
    "instrument.item_repeated": lazy_gettext("题目的 id 重复，第 %(first_line)s 行已用过"),
    "instrument.overall_missing": lazy_gettext("缺少总体评价题（role: overall），应有且只有一题"),
    "instrument.overall_repeated": lazy_gettext("总体评价题（role: overall）只能有一题，第 %(first_line)s 行已有"),
    "instrument.conduct_repeated": lazy_gettext(
        "询问有无人教答案的题（role: conduct）最多一题，第 %(first_line)s 行已有"
    ),
    "instrument.dimension_missing": lazy_gettext("缺少维度（dimension）。应为下列之一：%(expected)s"),
    "instrument.dimension_unknown": lazy_gettext("不认识的维度。应为下列之一：%(expected)s"),
    "instrument.dimension_unwanted": lazy_gettext("%(role)s 题不计分，不能有维度（dimension）"),
    "instrument.direction_unwanted": lazy_gettext("%(role)s 题不计分，不能有方向（direction）"),
    "instrument.items_too_many": lazy_gettext("题目太多，最多 %(limit)s 题"),
}
