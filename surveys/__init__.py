"""The domain and its storage: instruments, frames, campaigns, codes, responses, scorecards, evaluations."""
