"""Plans: what a sampling rule asks of a county, group by group and school by school."""
