"""Letters to people: what they say, and how each is sent once or reported."""
