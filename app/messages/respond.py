"""Texts of the respondents' door.

HEADINGS and ADVICE make whole pages of refusals: what happened, and what to do now. AT_QUESTION are the lines at a
question and in the summary of errors. They never blame, and say whether anything was kept.
"""

from __future__ import annotations

from flask_babel import LazyString, lazy_gettext

TEXTS = {
    "answers.bad_key": lazy_gettext("这个页面的提交凭据不完整，或被改动过"),
    "paper.none": lazy_gettext("这个答题码没有可以填写的问卷"),
    "receipt.unknown": lazy_gettext("没有这张回执"),
    "report.unknown": lazy_gettext("没有这个反映问题的页面"),
}

HEADINGS: dict[str | int, LazyString] = {
    "code.unknown": lazy_gettext("没有找到这个答题码"),
    "code.mistyped": lazy_gettext("答题码好像输错了"),
    "code.void": lazy_gettext("这个答题码已作废"),
    "code.used": lazy_gettext("这个答题码的答卷已经收到"),
    "campaign.not_yet_open": lazy_gettext("调查还没有开始"),
    "campaign.closed": lazy_gettext("调查已经结束"),
    "answers.no_key": lazy_gettext("答卷没有提交成功"),
    "answers.bad_key": lazy_gettext("答卷没有提交成功"),
    "answers.wrong_paper": lazy_gettext("答卷没有提交成功"),
    "paper.none": lazy_gettext("这个答题码没有可以填写的问卷"),
    "receipt.unknown": lazy_gettext("没有找到这张回执"),
    "report.unknown": lazy_gettext("没有找到这个页面"),
    400: lazy_gettext("答卷没有提交成功"),
    413: lazy_gettext("提交的内容太多"),
    415: lazy_gettext("答卷没有提交成功"),
    429: lazy_gettext("输错的次数太多，请稍等"),
    503: lazy_gettext("现在人多，请过一会儿再试"),
}

ADVICE: dict[str | int, LazyString] = {
    "code.unknown": lazy_gettext("请对照纸条再检查一遍，或者直接扫纸条上的二维码。"),
    "code.mistyped": lazy_gettext("有一个字符对不上。请对照纸条再检查一遍，或者直接扫纸条上的二维码。"),
    "code.void": lazy_gettext("请向发给您答题码的人要一个新的。"),
    "code.used": lazy_gettext(
        "收到的日期是%(day)s。每个答题码只能用一次，用它不能再打开答卷。谢谢您！如果答的人不是您，请用下面的链接反映。"
    ),
    "campaign.not_yet_open": lazy_gettext("开放时间还没有定。请以调查单位的通知为准。"),
    "campaign.opens_later": lazy_gettext("%(opens)s开放。到时请再扫一次同一个二维码。"),
    "campaign.closed": lazy_gettext("调查已于%(closes)s结束，不再接收答卷。谢谢您的关注！"),
    "answers.no_key": lazy_gettext("这个页面缺少提交凭据，没有保存任何内容。请重新打开问卷，再填一次。"),
    "answers.bad_key": lazy_gettext("这个页面的提交凭据不完整，没有保存任何内容。请重新打开问卷，再填一次。"),
    "answers.wrong_paper": lazy_gettext("这份问卷已经更换，没有保存任何内容。请重新打开问卷，再填一次。"),
    "paper.none": lazy_gettext("请把这件事告诉发给您答题码的人。"),
    "receipt.unknown": lazy_gettext("回执的地址不完整。如果您已经看到过回执，答卷就已经收到了。"),
    "report.unknown": lazy_gettext("地址不完整。请从问卷的页面重新打开。"),
    400: lazy_gettext("提交的内容读不出来，没有保存任何内容。请重新打开问卷，再填一次。"),
    413: lazy_gettext("没有保存任何内容。请返回上一页，把最后的意见写短一些，再提交。"),
    415: lazy_gettext("提交的格式不对，没有保存任何内容。请用手机或电脑的浏览器重新打开问卷。"),
    429: lazy_gettext("请等一分钟再试，或者直接扫纸条上的二维码。"),
    503: lazy_gettext(
        "这一次没有收到您的答卷。请等几秒钟，返回上一页再提交一次；页面如果空了，只好请您再填一遍。交几次都只算一份。"
    ),
}

AT_QUESTION = {
    "answers.required": lazy_gettext("请选一个答案"),
    "answers.not_an_option": lazy_gettext("请从下面的答案中选一个"),
    "answers.repeated_field": lazy_gettext("只能选一个答案，请再选一次"),
    "answers.unknown_field": lazy_gettext("页面里有问卷以外的内容，已经去掉。请检查后再提交"),
    "answers.language": lazy_gettext("请重新选择页面的语言"),
    "report.kind": lazy_gettext("请选一种情况"),
    "answers.comment_unreadable": lazy_gettext("意见里有无法识别的字符，已经去掉。请看一看再提交"),
    "answers.comment_too_long": lazy_gettext("意见最多写 %(limit)s 字，现在是 %(length)s 字"),
}
