"""Numbers as people read them: rounded half up, and never more certain than they are."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal

NOTHING = "—"
MINUS = "\N{MINUS SIGN}"  # where people read; programs keep the hyphen
WIDEST = 0.5  # half-widths above it cover whatever a share can be
NOISE = Decimal("1e-9")  # smaller differences come from binary arithmetic


def fixed(value: float | None, decimals: int = 1) -> str:
    """`value` with this many decimals, halves up: 84.995 is 85.00."""
    if value is None:
        return NOTHING
    settled = Decimal(repr(float(value))).quantize(NOISE, ROUND_HALF_EVEN)
    return f"{settled.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP) + 0:f}"  # 0 has no sign


def percent(share: float | None, decimals: int = 1) -> str:
    """A share of 0 to 1 in percent. Neither almost nothing nor almost everything is shown as all of it."""
    if share is None:
        return NOTHING
    shown = fixed(share * 100, decimals)
    if share < 1 and float(shown) == 100:
        return f">{fixed(100 - 10.0**-decimals, decimals)}%"
    return f"{shown}%"


def count(value: float | None) -> str:
    """A number of people, in groups of three digits."""
    if isinstance(value, int):
        return f"{value:,}"
    return NOTHING if value is None else f"{float(fixed(value, 0)):,.0f}"


def tell_apart(value: float, threshold: float, decimals: int) -> str:
    """`value` with as many decimals as it takes not to round across, or onto, a threshold it misses."""
    for more in range(decimals, decimals + 4):
        shown = fixed(value, more)
        if (float(shown) >= threshold) == (value >= threshold):
            return shown
    return fixed(value, decimals)
