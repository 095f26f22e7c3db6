"""Texts for accounts and regions' scope."""

from flask_babel import lazy_gettext

TEXTS = {
    "account.invalid": lazy_gettext("这个账号没有建立："),
    "account.name": lazy_gettext("用户名不能为空，最多 64 个字符，前后不能有空格，不能有换行或控制字符"),
    "account.taken": lazy_gettext("这个用户名已被使用"),
    "account.unknown": lazy_gettext("没有名为 %(name)s 的账号"),
    "account.role": lazy_gettext("角色应为下列之一：%(expected)s"),
}
