"""Events that an adviser prepares: conventions, peer groups, round tables, invitations.

Each kind has a room of its own with the same three parts: the documents that go in and out
(`problem.py`, `plan.py`), the planner (`plan(problem, stop, seed) -> Plan`), and a checker that
shares no code with the planner and verifies every hard rule before a plan leaves.
"""
