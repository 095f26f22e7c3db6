"""Surnames, titles, and ordinary words that begin like a name: from the library."""

from __future__ import annotations

from pathlib import Path

from surveys.documents import read_document

HERE = Path(__file__).parent
SCHEMA, LIBRARY = HERE / "schema" / "names.schema.json", HERE / "library" / "names.yaml"

_read = read_document(LIBRARY.read_text("utf-8"), SCHEMA, kind="names").data
SURNAMES = "".join(_read["surnames"].split())
DOUBTFUL = frozenset("".join(_read["doubtful"].split()))
NEVER = frozenset("".join(_read["never"].split()))
COMPOUND = tuple(_read["compound"].split())
ORDINARY = frozenset(_read["ordinary"].split())
TITLES = tuple(sorted(_read["titles"].split(), key=len, reverse=True))
KIN = tuple(_read["kin"].split())
PINYIN = tuple(_read["pinyin"].split())
PARTS = tuple(sorted(_read["parts"].split(), key=len, reverse=True))
SUBJECTS = tuple(_read["subjects"].split())
