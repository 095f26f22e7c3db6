"""Texts for QR codes, the print kit, and codes that are voided."""

from flask_babel import lazy_gettext

TEXTS = {
    "kit.empty": lazy_gettext("没有可以打印的答题码。请先发放答题码。"),
    "kit.language": lazy_gettext("印制语言应为 zh-CN，或者 zh-CN 加一种语言；现在是“%(languages)s”。"),
    "kit.language_missing": lazy_gettext("调查的名称和主办单位没有“%(language)s”这种语言，不能作为第二语言印出来。"),
    "kit.language_unprintable": lazy_gettext("自带的字体没有“%(language)s”所用的文字，印不出来。"),
    "qr.too_long": lazy_gettext("答题地址太长：%(length)s 个字符，最多 %(longest)s 个。请为系统设置短一些的网址。"),
    "codes.closed": lazy_gettext("调查已结束，不再发放或作废答题码。"),
    "codes.not_voided": lazy_gettext("有 %(count)s 处问题，没有作废任何答题码。"),
    "codes.none_to_void": lazy_gettext("没有可以作废的答题码。"),
    "codes.too_many": lazy_gettext("一次最多输入 %(limit)s 个答题码。"),
    "codes.which": lazy_gettext("请逐行输入答题码；或者选一类对象，并说明是哪些答题条、全部未用的，还是海报。"),
    "codes.positions": lazy_gettext("答题条应写成 11-20,35 这样，号码印在每张裁切页的右上角，一次最多 5000 条。"),
    "codes.reason": lazy_gettext("请写明原因，最多 %(limit)s 个字。"),
    "codes.no_deed": lazy_gettext("没有这次补发。"),
    "slips.unknown": lazy_gettext("这次调查没有这个答题码"),
    "slips.mistyped": lazy_gettext("输错了：校验字符对不上"),
    "slips.used": lazy_gettext("已经用过，不能作废"),
    "slips.void": lazy_gettext("已经作废"),
    "slips.twice": lazy_gettext("前面已经有这个答题码"),
}
