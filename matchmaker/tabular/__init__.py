"""Tables that come in as files: read row by row, bad rows set apart, each with its reason."""
