"""From a stored event to the problem of its planner, with the scores of the published snapshot.

Each kind of event has a room of its own that writes the planner's document; the others say, in the
same way for all of them, who takes part, what participants said of each other, and what a pair is
worth.
"""
