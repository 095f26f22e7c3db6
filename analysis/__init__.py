"""Arithmetic on arrays: weights, estimates, scores. No web, no database, no files, no clock."""
