"""Pages about one firm: its suggestions, its profile, its introductions."""
