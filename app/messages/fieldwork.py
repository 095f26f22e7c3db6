"""What is said of outcomes that cannot be recorded."""

from __future__ import annotations

from flask_babel import lazy_gettext

TEXTS = {
    "outcomes.invalid": lazy_gettext("有记录不对，什么都没有写入"),
    "outcomes.place": lazy_gettext("本次调查没有这样的学校和对象"),
    "outcomes.group": lazy_gettext("不认识的调查对象。应为：%(expected)s"),
    "outcomes.count": lazy_gettext("应为 0 或正整数"),
    "outcomes.too_many": lazy_gettext("超过还没有去向的人数：应访 %(asked)s 人，最多还能记 %(limit)s 人"),
    "outcomes.repeated": lazy_gettext("与第 %(first)s 行是同一个学校和对象"),
    "outcomes.column_unknown": lazy_gettext("不认识或重复的列。可用的列：%(expected)s"),
    "outcomes.column_missing": lazy_gettext("缺少这一列"),
}
