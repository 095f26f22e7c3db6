"""The bench: what else the answers of a settled score say, asked one question at a time."""

from surveys.bench.asking import SHORT, read_request
from surveys.bench.model import BESIDES, CORRECTIONS, KINDS, LEVEL, NEEDED, Kind, Label, Request, Result, Variable
from surveys.bench.running import Bench, analyse, open_bench

__all__ = [
    "BESIDES",
    "CORRECTIONS",
    "KINDS",
    "LEVEL",
    "NEEDED",
    "SHORT",
    "Bench",
    "Kind",
    "Label",
    "Request",
    "Result",
    "Variable",
    "analyse",
    "open_bench",
    "read_request",
]
