"""A finished file made the same on every machine and every day, with the fonts that may stand in for its own."""

from __future__ import annotations

import io
from datetime import datetime
from xml.sax.saxutils import quoteattr
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from surveys.reports.pack.word.styles import ALTERNATIVES

FONTS = "word/fontTable.xml"
EARLIEST = 1980  # that a ZIP knows


def settle(file: bytes, moment: datetime) -> bytes:
    """The same parts in the same order, all of them of one moment."""
    year, month, day, hour, minute, second = moment.timetuple()[:6]
    stamp = (max(EARLIEST, year), month, day, hour, minute, second)
    settled = io.BytesIO()
    with ZipFile(io.BytesIO(file)) as given, ZipFile(settled, "w", ZIP_DEFLATED) as archive:
        for name in given.namelist():
            content = given.read(name)
            entry = ZipInfo(name, stamp)
            entry.compress_type = ZIP_DEFLATED
            archive.writestr(entry, _with_fonts(content) if name == FONTS else content)
    return settled.getvalue()


def _with_fonts(table: bytes) -> bytes:
    """`altName` is where Word looks for a font that a machine has not."""
    fonts = "".join(
        f"<w:font w:name={quoteattr(name)}><w:altName w:val={quoteattr(','.join(others))}/></w:font>"
        for name, others in ALTERNATIVES.items()
    )
    return table.replace(b"</w:fonts>", fonts.encode() + b"</w:fonts>")
