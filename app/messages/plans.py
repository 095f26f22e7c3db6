"""Sampling rules and plans."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import LazyString

TEXTS: Mapping[str, LazyString] = {}
