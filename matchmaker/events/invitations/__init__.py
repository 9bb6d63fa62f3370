"""Invitations: whom to ask so that everybody who comes has good partners there."""

from matchmaker.events.invitations.checking import check
from matchmaker.events.invitations.plan import Plan
from matchmaker.events.invitations.planning import plan
from matchmaker.events.invitations.problem import Problem

__all__ = ["Plan", "Problem", "check", "plan"]
