"""Texts for messages, paper forms and interviews by telephone."""

from flask_babel import lazy_gettext

TEXTS = {
    # messages
    "sending.nothing": lazy_gettext("没有还没用过的短信链接。请先发放。"),
    # paper forms
    "paper.too_many": lazy_gettext("一次最多打印 %(limit)s 份纸质问卷"),
    "paper.no_forms": lazy_gettext("这里没有还没用过的纸质问卷。请先按份数打印。"),
    "paper.choose_paper": lazy_gettext("请选一份问卷（现在是 %(paper)s）；这里的问卷有：%(expected)s"),
    "paper.not_a_form": lazy_gettext("这不是纸质问卷上的答题码。"),
    "paper.void": lazy_gettext("这份问卷的答题码已作废，不能录入。请把问卷另放一堆，交给发问卷的人。"),
    "paper.same_keyer": lazy_gettext("这份问卷的另一遍是您录入的。请换一个人录入第二遍。"),
    "paper.keyed_twice": lazy_gettext("这份问卷已录入两遍，结果不一致，请对照原件核对。"),
    "paper.keyed_otherwise": lazy_gettext("这份问卷的第 %(keying)s 遍已经录入，内容与这里不同"),
    "paper.nothing_waits": lazy_gettext("这份问卷没有等待核对的录入。"),
    "paper.two_papers": lazy_gettext("两遍录入用的不是同一份问卷。请作废这两遍，重新录入。"),
    "paper.unsettled": lazy_gettext("还没有存入，请对照原件，把每一处都选好："),
    "paper.choose": lazy_gettext("请对照原件选一项"),
    "paper.invalid_file": lazy_gettext("文件 %(filename)s 有误，没有录入任何问卷"),
    "paper.no_rows": lazy_gettext("文件里没有一行录入"),
    "paper.column_missing": lazy_gettext("缺少这一列"),
    "paper.column_unknown": lazy_gettext("问卷里没有这一列的题目"),
    "paper.column_repeated": lazy_gettext("与列“%(other)s”是同一项，只能保留一列"),
    "paper.code_blank": lazy_gettext("没有写答题码"),
    "paper.code_repeated": lazy_gettext("这个答题码在第 %(row)s 行已经出现过"),
    "paper.other_paper": lazy_gettext("这个答题码的问卷不是这个文件的问卷，应为：%(expected)s"),
    # interviews
    "calls.no_case": lazy_gettext("没有这个访问对象。"),
    "calls.answered": lazy_gettext(
        "这个访问对象刚刚已经答过了，可能是别的访问员打通了，也可能对方自己答了。请取下一个。"
    ),
    "calls.outcome": lazy_gettext("请选一种结果：%(expected)s"),
}
