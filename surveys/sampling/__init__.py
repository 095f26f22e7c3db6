"""Sampling rules as data: a library, a closed shape, a pass for meaning, versions that never change."""
