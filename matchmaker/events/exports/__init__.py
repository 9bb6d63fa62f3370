"""What an adviser takes out of an event: workbooks, calendars, paper, and CSV lists.

A plan becomes one plain view first (`timetable.py`); every room draws that view, so a new kind of
event needs a new view and no new writer. The plan as JSON is the document itself
(`matchmaker.events.documents.document_bytes`).
"""
