"""The bench as every door shows it: words, tables, files."""
