"""Elements of a DDI document as plain values, and the one function that writes them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from surveys.instruments.model import Text

NAMESPACE = "ddi:codebook:2_5"
INSTANCE = "http://www.w3.org/2001/XMLSchema-instance"
LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class Element:
    """An element with its attributes, text and other elements inside."""

    name: str
    attributes: Mapping[str, str]
    children: tuple[Element | str, ...]


Child = Element | str | None | Iterator[Element]


def element(tag: str, /, *children: Child, lang: str | None = None, **attributes: str | None) -> Element:
    """An element; what is None is left out. `wgt_var` is the attribute `wgt-var`."""
    given = {key.replace("_", "-"): value for key, value in attributes.items() if value is not None}
    return Element(tag, given if lang is None else {LANGUAGE: lang, **given}, tuple(_flat(children)))


def spoken(tag: str, text: Text, /, **attributes: str | None) -> Iterator[Element]:
    """An element for each language of a text."""
    for language, words in text.items():
        yield element(tag, words, lang=language, **attributes)


def written(root: Element, *, schema: str) -> bytes:
    """The document in UTF-8, indented where no text is in the way."""
    from lxml import etree  # 10 MB, for a file that is made now and then

    def made(each: Element, above: Any) -> Any:
        tag = f"{{{NAMESPACE}}}{each.name}"
        names = {None: NAMESPACE, "xsi": INSTANCE}
        node = etree.Element(tag, nsmap=names) if above is None else etree.SubElement(above, tag)
        for key, value in each.attributes.items():
            node.set(key, _clean(value))
        for child in each.children:
            if isinstance(child, str):
                node.text = (node.text or "") + _clean(child)
            else:
                made(child, node)
        return node

    top = made(root, None)
    top.set(f"{{{INSTANCE}}}schemaLocation", f"{NAMESPACE} {schema}")
    document: bytes = etree.tostring(top, pretty_print=True, encoding="UTF-8", xml_declaration=True)
    return document


def _flat(children: tuple[Child, ...]) -> Iterator[Element | str]:
    for child in children:
        if isinstance(child, Element | str):
            yield child
        elif child is not None:
            yield from child


def _clean(text: str) -> str:
    """Without what XML cannot hold."""
    return _NO_XML.sub("\ufffd", text)
