"""Texts for what the API refuses."""

from flask_babel import lazy_gettext

TEXTS = {
    "api.malformed": lazy_gettext("读不懂这个请求。"),
    "api.forbidden": lazy_gettext("这个地址不对任何人开放。"),
    "api.address": lazy_gettext("没有这个地址。全部地址见 /api/v1/openapi.json。"),
    "api.method": lazy_gettext("这个地址不能用这个方法；可以用的方法见 Allow。"),
    "api.accept": lazy_gettext("这个地址没有 Accept 里的格式。"),
    "api.too_large": lazy_gettext("请求的内容太大。"),
    "api.media": lazy_gettext("不支持这种内容格式。"),
    "api.range": lazy_gettext("文件没有 Range 里说的这一段。"),
    "api.query": lazy_gettext("参数不对；哪些参数、应当怎样，见 errors。"),
    "api.query.unknown": lazy_gettext("这个地址没有这个参数"),
    "api.query.repeated": lazy_gettext("这个参数只能有一个"),
    "api.query.value": lazy_gettext("应为：%(expected)s"),
    "api.too_many": lazy_gettext("不存在的令牌试得太多，请过一会儿再试。"),
    "api.no_study": lazy_gettext("这个得分还没有做这种分析，或者发布规则变了，要重做。"),
    "api.score.not_yet": lazy_gettext("这次调查还没有得分；县级管理员在控制台计算后才有。"),
    "api.failed": lazy_gettext("系统出了问题，不是这个请求造成的。请稍后再试。"),
    "api.unavailable": lazy_gettext("系统现在太忙，请过一会儿再试。"),
    "api.token.missing": lazy_gettext("请在 Authorization 里写明令牌：Bearer renke_…"),
    "api.token.unknown": lazy_gettext("没有这个令牌，或者它已经过期、停用，或者它的账号不能再用它。"),
    "api.token.scope": lazy_gettext("这个令牌没有 %(scope)s 权限。"),
    "api.token.role": lazy_gettext("这个令牌的账号的角色不能用这个地址。"),
}
