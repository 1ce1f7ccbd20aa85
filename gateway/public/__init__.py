"""The public side: what a citizen asks and hands in without a login."""
