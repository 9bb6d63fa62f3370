"""Plato cohorts: groups of leaders of small firms from both departments, with their mentors."""

from matchmaker.events.peer_groups.checking import check
from matchmaker.events.peer_groups.plan import Plan
from matchmaker.events.peer_groups.planning import plan
from matchmaker.events.peer_groups.problem import Problem

__all__ = ["Plan", "Problem", "check", "plan"]
