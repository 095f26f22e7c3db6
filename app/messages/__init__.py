"""The domain's codes in people's words: one catalogue, a module of texts for each part of the domain."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext

from app.words import GROUPS, word
from surveys.errors import Problem

SHAPE = {
    "shape.required": lazy_gettext("缺少：%(expected)s"),
    "shape.additionalProperties": lazy_gettext("不认识的项：%(expected)s"),
    "shape.type": lazy_gettext("类型不对，应为 %(expected)s"),
    "shape.enum": lazy_gettext("应为下列之一：%(expected)s"),
    "shape.const": lazy_gettext("应为 %(expected)s"),
    "shape.pattern": lazy_gettext("写法不符合要求：%(expected)s"),
    "shape.minLength": lazy_gettext("不能为空"),
    "shape.maxLength": lazy_gettext("太长，最多 %(expected)s 个字符"),
    "shape.minItems": lazy_gettext("至少要有 %(expected)s 项"),
    "shape.maxItems": lazy_gettext("最多 %(expected)s 项"),
    "shape.uniqueItems": lazy_gettext("不能重复"),
    "shape.minimum": lazy_gettext("不能小于 %(expected)s"),
    "shape.maximum": lazy_gettext("不能大于 %(expected)s"),
    "shape.minProperties": lazy_gettext("至少要有 %(expected)s 项"),
    "shape.anyOf": lazy_gettext("写法不符合要求"),
    "shape.oneOf": lazy_gettext("写法不符合要求"),
    "not_yaml": lazy_gettext("不是正确的 YAML"),
    "not_text": lazy_gettext("文字里有无法显示的字符"),
    "not_utf8": lazy_gettext("不是 UTF-8 编码"),
    "empty_document": lazy_gettext("文件是空的"),
    "too_large": lazy_gettext("文件太大，最多 %(limit)s 个字符"),
    "yaml_alias": lazy_gettext("不接受 YAML 引用（& 和 *）或过深的嵌套"),
}


def _catalogue() -> dict[str, Any]:
    texts = dict(SHAPE)
    for module in iter_modules(__path__):
        texts.update(import_module(f"{__name__}.{module.name}").TEXTS)
    return texts


CATALOGUE = _catalogue()


def text_of(code: str, params: Mapping[str, object]) -> str:
    """The text of a code; `params` fill it, groups by their words. Rules of a schema without a text share one."""
    text = CATALOGUE.get(code, CATALOGUE["shape.anyOf"]) if code.startswith("shape.") else CATALOGUE[code]
    group = params.get("group")
    return str(text) % {**params, **({"group": word(GROUPS, group)} if isinstance(group, str) else {})}


def describe(problem: Problem) -> str:
    """One line: the place, what is wrong, what was found."""
    parts = [_place(problem), text_of(problem.code, problem.params)]
    line = str(_("：")).join(part for part in parts if part)
    return line if problem.value is None else line + str(_("（现在是“%(value)s”）", value=problem.value))


def _place(problem: Problem) -> str:
    parts = (
        _("工作表 %(sheet)s", sheet=problem.sheet) if problem.sheet else "",
        _("第 %(row)s 行", row=problem.row) if problem.row else "",
        _("第 %(line)s 行", line=problem.line) if problem.line else "",
        _("“%(column)s”列", column=problem.column) if problem.column else "",
        problem.path or "",
        problem.field or "",
    )
    return " ".join(part for part in parts if part)
