"""Who may enter, and what for: accounts, roles, sign-ins, keys."""
