"""Texts for campaigns, codes and responses."""

from flask_babel import lazy_gettext

TEXTS = {
    # campaigns
    "campaign.unknown": lazy_gettext("没有名为“%(name)s”的调查批次"),
    "campaign.malformed": lazy_gettext("读不懂这份调查批次文件："),
    "campaign.shape": lazy_gettext("这份调查批次文件的写法不对："),
    "campaign.invalid": lazy_gettext("调查批次没有建立，请先改正下列问题："),
    "campaign.name_taken": lazy_gettext("这个批次代号已被使用，请换一个"),
    "campaign.county_unknown": lazy_gettext("系统里没有这个代码的县"),
    "campaign.frame_missing": lazy_gettext("这个县还没有导入抽样框"),
    "campaign.scorecard_unknown": lazy_gettext("没有这个计分方案或版本；现有：%(expected)s"),
    "campaign.instrument_unknown": lazy_gettext("没有这份问卷或版本；现有：%(expected)s"),
    "campaign.group_unknown": lazy_gettext("没有这类调查对象；应为下列之一：%(expected)s"),
    "campaign.paper_for_others": lazy_gettext("这份问卷不是给 %(group)s 的；它适用于：%(expected)s"),
    "campaign.paper_repeated": lazy_gettext("同一类调查对象重复列出了这份问卷"),
    "campaign.group_without_paper": lazy_gettext("抽样框里有 %(population)s 名 %(group)s，却没有给他们的问卷"),
    "campaign.stage_without_paper": lazy_gettext("没有一份给 %(group)s 的问卷适用于学段 %(stage)s"),
    "campaign.time_unreadable": lazy_gettext("应写明日期和时间，例如 %(expected)s"),
    "campaign.closes_before_opening": lazy_gettext("结束时间应晚于开始时间"),
    "campaign.already_closed": lazy_gettext("调查批次“%(name)s”已经结束，不能再开放"),
    "campaign.not_open": lazy_gettext("调查批次“%(name)s”没有在进行，不能结束"),
    "campaign.not_closed": lazy_gettext("调查批次“%(name)s”还没有结束，不能封存"),
    "campaign.sealed": lazy_gettext("这个调查批次已经封存，不能再发码，也不能再导入答卷"),
    # reports of misuse
    "report.invalid": lazy_gettext("还没有送出，请先看看下面的问题："),
    "report.kind": lazy_gettext("请选一种情况"),
    # what a respondent may read
    "campaign.not_yet_open": lazy_gettext("这次调查还没有开始，请在开始之后再来填写。"),
    "campaign.closed": lazy_gettext("这次调查已经结束，不再接收答卷。谢谢您的关心。"),
    "code.unknown": lazy_gettext("没有这个答题码。请核对后再输入，或重新扫描二维码。"),
    "code.mistyped": lazy_gettext("答题码输入有误，请对照纸上的字符再检查一遍。"),
    "code.void": lazy_gettext("这个答题码已作废。请向发给您答题码的学校或工作人员索取新的。"),
    "code.used": lazy_gettext("这个答题码已于 %(day)s 使用过，每个码只能填写一次。"),
    "answers.no_key": lazy_gettext("这个页面不完整，答卷没有提交。请重新扫描二维码打开问卷。"),
    "answers.wrong_paper": lazy_gettext("这份问卷不属于这个答题码，答卷没有提交。请重新扫描二维码打开问卷。"),
    "answers.invalid": lazy_gettext("答卷还没有提交，请先看看下面的问题："),
    "answers.required": lazy_gettext("这一题还没有回答"),
    "answers.not_an_option": lazy_gettext("请从列出的选项中选一项"),
    "answers.repeated_field": lazy_gettext("这一题只能选一项"),
    "answers.unknown_field": lazy_gettext("问卷里没有这一项"),
    "answers.language": lazy_gettext("问卷没有这种语言；应为下列之一：%(expected)s"),
    "answers.comment_too_long": lazy_gettext("最多 %(limit)s 个字，现在有 %(length)s 个字"),
    "answers.comment_unreadable": lazy_gettext("有无法识别的字符，请删去后再提交"),
    # issuing codes
    "codes.count": lazy_gettext("一次可发放 1 到 %(limit)s 个答题码"),
    "codes.outside_frame": lazy_gettext("抽样框里没有这一类人：%(group)s，学校 %(school)s"),
}
