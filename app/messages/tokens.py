"""Texts for tokens of the API, and what the trail tells of them."""

from flask_babel import lazy_gettext

TEXTS = {
    "token.invalid": lazy_gettext("没有生成令牌："),
    "token.name": lazy_gettext("令牌要有名称，最多 %(most)s 个字符，前后不能有空格，不能有换行或控制字符"),
    "token.scopes_missing": lazy_gettext("至少要选一个权限：%(expected)s"),
    "token.scope": lazy_gettext("您的角色可以用的权限是：%(expected)s"),
    "token.days": lazy_gettext("有效期应为 1 到 %(most)s 天"),
    "token.too_many": lazy_gettext("同时最多有 %(most)s 个令牌；请先停用不用的"),
    "token.role": lazy_gettext("您的角色不能使用 API。"),
    "token.second_factor": lazy_gettext("请先设置第二验证，然后才能生成令牌。"),
    "token.gone": lazy_gettext("这个令牌已经停用或过期了。"),
    "trail.account.token_made": lazy_gettext("%(name)s 有了新的 API 令牌“%(token)s”（%(scopes)s，范围 %(within)s）"),
    "trail.account.token_ended": lazy_gettext("停用了 %(name)s 的 API 令牌“%(token)s”"),
}
