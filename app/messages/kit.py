"""Texts for QR codes and the print kit."""

from flask_babel import lazy_gettext

TEXTS = {
    "kit.empty": lazy_gettext("没有可以打印的答题码。请先发放答题码。"),
    "qr.too_long": lazy_gettext("答题地址太长：%(length)s 个字符，最多 %(longest)s 个。请为系统设置短一些的网址。"),
}
