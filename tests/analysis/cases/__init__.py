"""The reference cases: for each id of `reference/expected.json` a function that computes its figures."""
