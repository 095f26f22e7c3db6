"""What a print kit is made from. The words are people's words already; the kit only sets them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Text = Mapping[str, str]  # language -> text


@dataclass(frozen=True)
class KitHeader:
    """What stands on every page: whose survey it is, when, and where to answer by typing."""

    title: Text
    organiser: Text
    county: str
    opens: str  # as it is to be read, such as 2026-05-11 08:00
    closes: str
    contact: str | None  # where to report that somebody told people how to answer
    base_url: str
    simulated: bool
    languages: tuple[str, ...] = ("zh-CN", "en")
    approval: str | None = None  # number of the document that allows the survey


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
