"""Samples that R draws afresh, and R's own figures for them: skipped where R or its `survey` is not installed."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

import tests.analysis.cases.comparison
import tests.analysis.cases.engine
import tests.analysis.cases.models
import tests.analysis.cases.weights  # noqa: F401
from tests.analysis import conftest
from tests.analysis.cases.registry import COMPUTED, all_cases, differences

SCRIPT = Path(__file__).parent / "r" / "fresh.R"
TOLERANCE = {name: case["tol"] for name, case in all_cases().items()}
PACKAGES = "quit(status = !all(sapply(c('survey', 'MASS', 'jsonlite'), requireNamespace, quietly = TRUE)))"


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one folder for each draw."""
    program = shutil.which("Rscript")
    if program is None:
        pytest.skip("Rscript is not installed")
    if subprocess.run([program, "-e", PACKAGES], capture_output=True, check=False).returncode:
        pytest.skip("R lacks one of the packages survey, MASS and jsonlite")
    folder = tmp_path_factory.mktemp("fresh")
    done = subprocess.run([program, str(SCRIPT), str(folder)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.mark.parametrize(("draw", "least"), [("even", 57), ("gaps", 50), ("few", 50)])
def test_fresh_samples_agree_with_r(drawn: Path, draw: str, least: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conftest, "HERE", drawn / draw)
    figures: dict[str, Any] = json.loads((drawn / draw / "figures.json").read_text(encoding="utf-8"))
    wrong = [
        f"{name} {each}"
        for name, expected in figures.items()
        for each in differences(expected, COMPUTED[name]({"id": name, "expected": expected}), TOLERANCE[name])
    ]
    assert not wrong, "\n".join(wrong)
    assert len(figures) >= least
