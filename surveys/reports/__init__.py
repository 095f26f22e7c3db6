"""What is printed: typeset from plain data with the fonts that lie here."""
