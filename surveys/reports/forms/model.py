"""What a paper form is made from. The words are people's words already; the form only sets them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

Text = Mapping[str, str]  # language -> text


@dataclass(frozen=True)
class FormHeader:
    """What stands on every form of a stack: whose survey it is, until when, for whom, and where to answer instead."""

    title: Text
    organiser: Text
    approval: str | None
    contact: str | None  # where to report that somebody told people how to answer
    closes: str  # as it is to be read
    place: str  # the school, or the county
    group: Text
    base_url: str
    simulated: bool
    large: bool = False  # large type


@dataclass(frozen=True)
class FormCode:
    """The code of one form. `serial` is the number by which a form is found again in its stack."""

    url: str = field(repr=False)
    typed: str = field(repr=False)  # XXXXX-XXXXX
    serial: int
