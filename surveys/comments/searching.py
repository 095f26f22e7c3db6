"""Searching comments: plain words, no patterns."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Sequence

LONGEST = 100  # signs of what is searched for; the rest is left out
MOST_WORDS = 5


def read_words(typed: str) -> tuple[str, ...]:
    """The words somebody typed, as they are compared: small, of usual width, each once."""
    words = fold(typed.replace("\x00", " ")[:LONGEST]).split()
    return tuple(dict.fromkeys(words))[:MOST_WORDS]


def fold(text: str) -> str:
    """A text as it is compared. Sign by sign, so that places in it are places in the text."""
    return text.translate(_FOLDED)


def narrow(text: str) -> str:
    """A text with digits and letters of usual width. Sign by sign, too."""
    return text.translate(_NARROWED)


def has_all(text: str, words: Sequence[str]) -> bool:
    """Whether every word stands somewhere in the text."""
    folded = fold(text)
    return all(word in folded for word in words)


def split_hits(text: str, words: Sequence[str]) -> tuple[tuple[str, bool], ...]:
    """The text in parts, each with whether it is one of the words."""
    marked = [False] * len(text)
    for start, end in _places(fold(text), words):
        marked[start:end] = [True] * (end - start)
    parts: list[tuple[str, bool]] = []
    for sign, hit in zip(text, marked, strict=True):
        if parts and parts[-1][1] == hit:
            parts[-1] = (parts[-1][0] + sign, hit)
        else:
            parts.append((sign, hit))
    return tuple(parts)


def _places(folded: str, words: Sequence[str]) -> Iterator[tuple[int, int]]:
    for word in words:
        start = folded.find(word)
        while start >= 0:
            yield start, start + len(word)
            start = folded.find(word, start + len(word))


class _Signs(dict[int, str]):
    """What signs become: worked out for each when it is first met. What becomes more than one sign stays as it is."""

    def __init__(self, change: Callable[[str], str]) -> None:
        super().__init__()
        self._change = change

    def __missing__(self, sign: int) -> str:
        changed = self._change(chr(sign))
        self[sign] = found = changed if len(changed) == 1 else chr(sign)
        return found


_NARROWED = _Signs(lambda sign: unicodedata.normalize("NFKC", sign))
_FOLDED = _Signs(lambda sign: unicodedata.normalize("NFKC", sign).lower())
