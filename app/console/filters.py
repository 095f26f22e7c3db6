"""What templates of the console may do with a number, and with the name of whoever did something."""

from __future__ import annotations

from app import numbers
from app.console.door import blueprint
from app.words import who

HYPHEN, MINUS = "-", "\u2212"  # between numbers a hyphen looks like a dash; files keep it

for _filter in (numbers.count, who):
    blueprint.add_app_template_filter(_filter)


@blueprint.app_template_filter()
def fixed(value: float | None, decimals: int = 1) -> str:
    """See `numbers.fixed`."""
    return numbers.fixed(value, decimals).replace(HYPHEN, MINUS)


@blueprint.app_template_filter()
def percent(share: float | None, decimals: int = 1) -> str:
    """See `numbers.percent`."""
    return numbers.percent(share, decimals).replace(HYPHEN, MINUS)
