"""What a print kit is made from. The words are people's words already; the kit only sets them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Text = Mapping[str, str]  # language -> text
CHINESE = "zh-CN"


@dataclass(frozen=True)
class KitHeader:
    """What stands on every page: whose survey it is, when, and where to answer by typing.

    Of `languages` the first is Chinese, and a second stands beside it: what the survey itself says in that language,
    and in English also what is printed on every kit.
    """

    title: Text
    organiser: Text
    county: str
    opens: str  # as it is to be read, such as 2026-05-11 08:00
    closes: str
    contact: str | None  # where to report that somebody told people how to answer
    base_url: str
    simulated: bool
    languages: tuple[str, ...] = (CHINESE, "en")
    approval: str | None = None  # number of the document that allows the survey

    @property
    def second(self) -> str | None:
        """The language beside Chinese."""
        return next((language for language in self.languages if language != CHINESE), None)


@dataclass(frozen=True)
class KitCode:
    """One code to print: a poster's or a slip's."""

    url: str
    typed: str  # as it is to be read, grouped: XXXXX-XXXXX
    kind: Literal["open", "personal"]
    group: Text
    school: str | None  # None: the whole county
    position: int  # the order within its school and group; never printed on a slip
    school_code: str | None = None  # tells schools of the same name apart
    spent: bool = False  # used already: it is not printed, and keeps its place among those of its class


@dataclass(frozen=True)
class KitEnvelope:
    """One class, or all of a group at a school: how many slips go to it, and to which places on its list of names.

    No slip bears such a place, and nobody writes down who got which.
    """

    school: str | None
    school_code: str | None
    group: Text
    form: Text  # the class, such as 三年级（2）班; empty where there are no classes
    size: int  # places on the list
    positions: tuple[int, ...]
