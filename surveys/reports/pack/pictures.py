"""Charts and codes as pictures for Word: vectors with letters as outlines, and dots for what cannot show these."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from surveys import qr
from surveys.reports.pack.document import Chart
from surveys.reports.pack.pdf import plain_chart
from surveys.reports.typesetting import draw

TEMPLATE = Path(__file__).with_name("chart.typ")
DENSITY = 220.0  # dots an inch: sharp in print
CODE = Path(__file__).with_name("code.typ")


@dataclass(frozen=True)
class Picture:
    """The same picture as SVG and as PNG; `width` in millimetres."""

    svg: bytes
    png: bytes
    width: float


def draw_chart(chart: Chart, *, language: str, width: float) -> Picture:
    """The same chart gives the same bytes on every machine."""
    data = {"chart": plain_chart(chart), "width": width, "lang": language.partition("-")[0]}
    return _draw(TEMPLATE, data, width)


def draw_code(address: str, *, width: float) -> Picture:
    """The QR code of an address."""
    return _draw(CODE, {"svg": qr.qr_svg(address, mask=qr.FIXED_MASK), "width": width}, width)


def _draw(template: Path, data: Mapping[str, Any], width: float) -> Picture:
    svg, png = draw(template, data, density=DENSITY)
    return Picture(_plain_svg(svg), png, width)


def _plain_svg(svg: bytes) -> bytes:
    """Letters as groups instead of symbols, which some readers leave out."""
    return svg.replace(b"<symbol ", b"<g ").replace(b"</symbol>", b"</g>")
