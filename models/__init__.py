"""The partner model: channels, search, fusion. Code only; fitted arrays live in a snapshot."""
