"""What arithmetic says when it cannot give an honest number."""

from __future__ import annotations


class AnalysisError(ValueError):
    """Where it failed, what was expected, what came, and what to do about it."""

    def __init__(self, where: str, expected: str, got: str, hint: str = "") -> None:
        super().__init__(f"{where}: expected {expected}, got {got}" + (f" ({hint})" if hint else ""))
        self.where = where
        self.expected = expected
        self.got = got
        self.hint = hint
