"""The field while a campaign runs: what is watched, done and recorded there. Nothing here leads to an answer."""
