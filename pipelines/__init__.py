"""From files to the store, from the store to a published snapshot, and the command line."""
