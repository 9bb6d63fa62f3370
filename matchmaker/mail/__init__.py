"""Letters: what they say, the links in them, and how each leaves once or is reported."""
