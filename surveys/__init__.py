"""The domain and its storage: instruments, frames, campaigns, codes, responses, scorecards, evaluations."""

VERSION = "0.1.0"  # of the code, kept with every evaluation
