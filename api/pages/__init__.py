"""Pages for people, in French and English: a search, and the sheet of a company."""
