"""What the commands and the routes of events share: each serves an adviser in one step."""
