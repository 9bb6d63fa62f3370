"""Events for advisers: prepared, planned, and held on the day."""
