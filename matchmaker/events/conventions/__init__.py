"""Business conventions: one-to-one meetings, planned before the day and repaired on it."""
