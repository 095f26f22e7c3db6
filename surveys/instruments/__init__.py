"""Questionnaires as data: a library, a closed shape, a pass for meaning, and versions that never change."""
