"""Marks beside figures, and what each means: why one is hidden, what must be known of another."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from string import ascii_lowercase

from flask_babel import gettext as _
from flask_babel import lazy_gettext

from app.messages import CATALOGUE, text_of
from app.numbers import fixed, percent
from surveys.publication import Figure, Publication

HIDDEN = {
    "few": lazy_gettext("人数太少，或者一公布就能算出别处太少的人"),
    "rate": lazy_gettext("应答率或参与率低于规定的下限"),
}


@dataclass(frozen=True)
class Legend:
    """The marks of one table: a letter for each thing that has to be said, in the order in which they first come."""

    letters: Mapping[str, str]  # what is said -> letter

    @classmethod
    def of(cls, figures: Iterable[Figure], publication: Publication) -> Legend:
        said = dict.fromkeys(text for figure in figures for text in sayings(figure, publication))
        return cls({text: _letter(place) for place, text in enumerate(said)})

    def marks(self, figure: Figure, publication: Publication) -> str:
        """The letters of one figure."""
        return " ".join(self.letters[text] for text in sayings(figure, publication))

    @property
    def lines(self) -> tuple[tuple[str, str], ...]:
        """Each letter with what it says."""
        return tuple((letter, text) for text, letter in self.letters.items())


def sayings(figure: Figure, publication: Publication) -> list[str]:
    """Everything that must be said of a figure."""
    if figure.hidden:
        return [str(HIDDEN[figure.hidden])]
    bound = [str(_("几乎人人回答一样，只公布一个界限"))] if figure.bound else []
    return bound + [_caveat(code, publication) for code in figure.caveats]


def shown(figure: Figure, decimals: int | None = None) -> str:
    """The value as it may be printed: hidden, a limit, or the number; `decimals` other than the figure's own."""
    if figure.hidden:
        return str(_("不公布"))
    sign = {"": "", "above": "> ", "below": "< "}[figure.bound]
    return sign + fixed(figure.value, figure.decimals if decimals is None else decimals)


def _caveat(code: str, publication: Publication) -> str:
    """A code that has no text of ours is better than silence."""
    words = {"least_rate": percent(publication.least_rate, 0), "smallest": publication.smallest}
    key = f"caveat.{code}"
    return text_of(key, words) if key in CATALOGUE else code


def _letter(place: int) -> str:
    """a, b, …, z, aa, ab, …"""
    rest, last = divmod(place, len(ascii_lowercase))
    return (_letter(rest - 1) if rest else "") + ascii_lowercase[last]
