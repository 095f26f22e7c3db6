"""How large a table may be. Far above any county's files, and small enough to be read on a small server."""

from __future__ import annotations

from surveys.tables.findings import Findings

LARGEST_FILE = 100_000_000  # bytes
LARGEST_UNZIPPED = 400_000_000  # bytes: a sheet of 300,000 answers to 25 questions has about 250 million
MOST_ROWS = 300_000
MOST_COLUMNS = 500
MOST_CELLS = 20_000_000


class Budget:
    """Counts rows and cells while they are read, blank ones too, so that reading stops where it must."""

    def __init__(self, findings: Findings) -> None:
        self._findings = findings
        self._rows = 0
        self._cells = 0

    def covers(self, cells: int, *, blank: bool = False) -> bool:
        """Whether one more row of so many cells may be read; if not, the reason is in the findings."""
        self._rows += not blank
        self._cells += cells + 1
        if self._rows > MOST_ROWS:
            self._findings.add("table.too_many_rows", params={"limit": MOST_ROWS})
            return False
        if self._cells > MOST_CELLS:
            self._findings.add("table.too_many_cells", params={"limit": MOST_CELLS})
            return False
        return True
