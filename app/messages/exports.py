"""What exports of answers say when they refuse."""

from __future__ import annotations

from flask_babel import lazy_gettext

TEXTS = {
    "codebook.no_instrument": lazy_gettext("没有发布过问卷“%(name)s”。名称写作 名称 或 名称@版本号"),
    "export.not_closed": lazy_gettext("调查批次“%(name)s”还没有结束：逐份的答案要等调查结束后才能导出"),
    "export.empty": lazy_gettext("调查批次“%(name)s”一份答卷也没有，没有可以导出的数据"),
    "export.options": lazy_gettext("导出的选项有误，没有准备文件"),
    "export.what": lazy_gettext("没有这种数据，应为 %(expected)s"),
    "export.format": lazy_gettext("没有这种格式，应为 %(expected)s"),
    "export.language": lazy_gettext("没有这种语言，应为 %(expected)s"),
    "export.replicates": lazy_gettext("复制权重的个数不对，应为 %(expected)s"),
    "export.too_large": lazy_gettext("有 %(rows)s 行，一张工作表最多 %(most)s 行，请换一种格式"),
    "export.broken": lazy_gettext("文件没有做成。请再试一次；还是不行，请管理员查看服务器的错误记录"),
}
