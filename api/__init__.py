"""The HTTP service: reads a published snapshot, applies today's exclusions, explains."""
