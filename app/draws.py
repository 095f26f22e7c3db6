"""A draw laid out for reading, on a page or in a terminal."""

from __future__ import annotations

from collections.abc import Callable

from flask_babel import gettext as _

from app.numbers import NOTHING
from app.words import GROUPS, word
from surveys.plans.auditing import CellAudit
from surveys.plans.positions import Envelope

SEED_BYTES = 5  # thirteen digits: enough that nobody tries them all, few enough to write down


def fresh_seed(draw: Callable[[int], bytes]) -> int:
    """A number that nobody chose."""
    return int.from_bytes(draw(SEED_BYTES))


def list_name(envelope: Envelope) -> str:
    """Whose list it is: a class, a band of grades, or all of a group."""
    group = word(GROUPS, envelope.group)
    if envelope.grade is not None:
        return str(
            _("%(group)s · %(grade)s 年级 %(number)s 班", group=group, grade=envelope.grade, number=envelope.number)
        )
    if envelope.band:
        return str(_("%(group)s · %(band)s 年级", group=group, band=envelope.band))
    return str(group)


def write_positions(envelope: Envelope) -> str:
    """The numbers, or that everybody is asked."""
    if len(envelope.positions) == envelope.size:
        return str(_("全部（1–%(size)s）", size=envelope.size))
    return " ".join(map(str, envelope.positions))


def lay_out_cell(cell: CellAudit) -> tuple[str, str, str]:
    """A place of an audit, with what is stored and what was drawn again."""
    place = " ".join(filter(None, (cell.school_code or str(_("全县")), str(word(GROUPS, cell.group)), cell.band)))
    return place, _numbers(cell.stored), _numbers(cell.again)


def _numbers(numbers: tuple[float | None, ...]) -> str:
    return " / ".join(NOTHING if number is None else f"{number:g}" for number in numbers)
