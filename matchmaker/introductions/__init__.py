"""Introductions: from a proposal to a meeting, with the agreement of both sides."""
