"""The report pack in people's words: shared by the doors that hand it out."""
