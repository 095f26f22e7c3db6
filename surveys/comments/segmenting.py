"""Words of a comment that may be shown: cut from what is left when names are gone, so that no name is ever a word.

A word never reaches across what was taken out. Only words that the dictionary has are words, since what a segmenter
guesses to be one is often a given name; those without meaning of their own, names that the dictionary has, places and
institutions (which may be a school's) are left out by their part of speech.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from surveys.comments.labels import LABELS
from surveys.comments.searching import fold
from surveys.comments.surnames import ORDINARY, PARTS
from surveys.documents import NO_TEXT, read_document

HERE = Path(__file__).parent
SCHEMA, LIBRARY = HERE / "schema" / "words.schema.json", HERE / "library" / "words.yaml"

PERSONS = ("nr", "nrt", "nrfg")  # what the segmenter calls a person
_PLACES = ("ns", "nt")
_MEANING = ("n", "v", "a", "b", "i", "j", "l", "t", "s", "z")  # what a part of speech that has a meaning begins with
_EMPTY = ("zg", "vg")
_WORD = re.compile("[\u4e00-\u9fff]{2,8}|[a-z][a-z'-]{1,28}[a-z]")


class Token(NamedTuple):
    """A piece of a text as it stands there, and the word it counts as; None for what is no word to count."""

    text: str
    word: str | None


def split_words(shown: str) -> list[Token]:
    """All of a text that `without_names` gave, piece by piece."""
    tokens: list[Token] = []
    place = 0
    for label in LABELS.finditer(shown):
        tokens += _cut(shown[place : label.start()])
        tokens.append(Token(label.group(), None))
        place = label.end()
    return tokens + _cut(shown[place:])


def words_of(shown: str) -> frozenset[str]:
    """The words of a text that `without_names` gave, each once however often it stands there."""
    return frozenset(each.word for each in split_words(shown) if each.word is not None)


@cache
def segmenter() -> Any:
    """The segmenter, which knows the words of the library beside its own."""
    from rjieba import Jieba  # its dictionary takes 32 MB, and is read when comments are: see decision 0011

    made = Jieba()
    for term in _lists()["terms"]:
        made.add_word(term, None, "n")
    return made


def _cut(text: str) -> list[Token]:
    """Pieces of a text without labels, none of them guessed. What is no text becomes a blank: it would be refused."""
    folded = fold(NO_TEXT.sub(" ", text))
    tokens, place = [], 0
    for piece, tag in segmenter().tag(folded, hmm=False) if folded else ():
        tokens.append(Token(text[place : place + len(piece)], _word(piece, tag)))
        place += len(piece)
    return tokens


def _word(piece: str, tag: str) -> str | None:
    lists = _lists()
    if not _WORD.fullmatch(piece):
        return None
    if piece.isascii():
        return None if piece in lists["stop_latin"] else piece
    if piece in lists["stop"] or piece in PARTS or tag in _PLACES or tag in _EMPTY or not tag.startswith(_MEANING):
        return None
    return None if tag in PERSONS and piece not in ORDINARY else piece


@cache
def _lists() -> dict[str, frozenset[str]]:
    read = read_document(LIBRARY.read_text("utf-8"), SCHEMA, kind="words").data
    return {name: frozenset(words.split()) for name, words in read.items()}
