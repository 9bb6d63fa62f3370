"""Pages of advisers: their firms, what the night changed, the territory."""
