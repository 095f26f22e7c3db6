"""What the signs did on simulated counties. `python -m tests.analysis.measure_signs` makes this."""

from __future__ import annotations

from collections.abc import Mapping

FALSE_ALARMS: Mapping[str, tuple[float, ...]] = {}
FALSE_ALARM_ERRORS: Mapping[str, tuple[float, ...]] = {}
CASES: Mapping[str, tuple[int, ...]] = {}
POWER: Mapping[str, tuple[float, ...]] = {}
POWER_ERRORS: Mapping[str, tuple[float, ...]] = {}
