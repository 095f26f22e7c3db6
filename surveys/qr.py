"""QR codes: as modules, as SVG for pages and print, as characters for a terminal."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import Any, Literal, cast

from qrcode.constants import ERROR_CORRECT_M, ERROR_CORRECT_Q
from qrcode.main import QRCode
from qrcode.util import QRData

from surveys.errors import SurveyError

Level = Literal["M", "Q"]
Matrix = list[list[bool]]
Mode = Literal[2, 4]  # how a segment is packed: alphanumeric, bytes

QUIET = 4  # modules of white on every side, as ISO/IEC 18004 asks
LONGEST = 300  # characters; beyond that the modules of a slip get too fine for an old phone
FIXED_MASK = 2  # choosing the best of eight masks costs six times the code itself; see `qr_matrix`

_ALPHANUMERIC: Mode = 2
_BYTES: Mode = 4
_LEVELS: dict[Level, int] = {"M": ERROR_CORRECT_M, "Q": ERROR_CORRECT_Q}
_TAIL = re.compile(r"[0-9A-Z $%*+\-./:]*\Z")
_DARK = re.compile(rb"\x01+")
_WORTH_A_SEGMENT = 8  # characters; a second segment costs 13 bits and saves 2.5 a character
_HALVES = {(False, False): " ", (True, False): "▀", (False, True): "▄", (True, True): "█"}
_BLACK_ON_WHITE, _RESET = "\x1b[38;5;16;48;5;231m", "\x1b[0m"


def qr_matrix(url: str, *, level: Level = "M", mask: int | None = None) -> Matrix:
    """The modules of the code, True where dark, without the quiet zone.

    An upper-case end, such as a code in capitals, is packed in alphanumeric mode. With `mask` given the search for
    the best mask is left out: print thousands with `FIXED_MASK`, draw single codes without.
    """
    segments = _segments(url)
    code = _code(level, segments, mask)
    code.version = _version(level, tuple((segment.mode, len(segment)) for segment in segments))
    code.make(fit=False)
    return cast(Matrix, code.modules)


def qr_path(matrix: Matrix) -> str:
    """The dark modules as the data of one SVG path, one unit a module, the quiet zone left free."""
    parts = []
    for y, row in enumerate(matrix, QUIET):
        for x, width in _runs(row):
            parts.append(f"M{x + QUIET} {y}h{width}v1h-{width}z")
    return "".join(parts)


def qr_svg(url: str, *, level: Level = "M", mask: int | None = None) -> str:
    """The code with its quiet zone as a stand-alone SVG that takes the size of its place."""
    matrix = qr_matrix(url, level=level, mask=mask)
    side = len(matrix) + 2 * QUIET
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" shape-rendering="crispEdges">'
        f'<path fill="#fff" d="M0 0h{side}v{side}h-{side}z"/><path d="{qr_path(matrix)}"/></svg>'
    )


def qr_terminal(url: str) -> str:
    """The code in half blocks, two modules a character, for a terminal.

    Both colours are set on every line, so that it is black on white on dark and on light terminals alike.
    """
    matrix = qr_matrix(url)
    side = len(matrix) + 2 * QUIET
    blank = [False] * side
    rows = [blank] * QUIET + [[False] * QUIET + row + [False] * QUIET for row in matrix] + [blank] * QUIET
    rows += [blank] * (side % 2)
    lines = ("".join(_HALVES[pair] for pair in zip(*rows[y : y + 2], strict=True)) for y in range(0, len(rows), 2))
    return "\n".join(f"{_BLACK_ON_WHITE}{line}{_RESET}" for line in lines)


def _segments(url: str) -> list[QRData]:
    if len(url) > LONGEST:
        raise SurveyError("qr.too_long", "invalid", length=len(url), longest=LONGEST)
    tail = cast(re.Match[str], _TAIL.search(url)).start()
    if len(url) - tail < _WORTH_A_SEGMENT:
        tail = len(url)
    pieces: list[tuple[str, Mode]] = [(url[:tail], _BYTES), (url[tail:], _ALPHANUMERIC)]
    return [QRData(piece.encode(), mode=mode) for piece, mode in pieces if piece]


@cache
def _version(level: Level, shape: tuple[tuple[Mode, int], ...]) -> int:
    """The smallest version for segments of these modes and lengths; the same for all codes of one campaign."""
    return _code(level, [QRData(b"0" * length, mode=mode) for mode, length in shape]).best_fit()


def _code(level: Level, segments: Iterable[QRData], mask: int | None = None) -> QRCode[Any]:
    code: QRCode[Any] = QRCode(error_correction=_LEVELS[level], border=0, mask_pattern=mask)
    for segment in segments:
        code.add_data(segment)
    return code


def _runs(row: list[bool]) -> list[tuple[int, int]]:
    """Where each run of dark modules starts and how long it is."""
    return [(run.start(), run.end() - run.start()) for run in _DARK.finditer(bytes(row))]
