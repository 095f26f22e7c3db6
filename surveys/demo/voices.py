"""What simulated people write: texts of the county's own, drawn at random."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from ruamel.yaml import YAML

from surveys.instruments.model import Instrument

SOURCE = Path(__file__).parent / "comments.yaml"


class SimulatedVoices:
    """Draws comments; the same generator state gives the same ones."""

    def __init__(self, rng: np.random.Generator) -> None:
        self.rng = rng
        self._data = YAML(typ="safe", pure=True).load(SOURCE)

    def write(self, instrument: Instrument, group: str) -> str | None:
        """A comment, or None from whoever writes none, or whom nobody asks for one."""
        if instrument.comment is None or self.rng.random() >= self._data["share"][group]:
            return None
        said = str(self.rng.choice(self._data["said"][group]))
        return said + str(self.rng.choice(self._data["wishes"])) if self._wishes() else said

    def _wishes(self) -> bool:
        return bool(self.rng.random() < self._data["wishing"])
