"""Speed-networking evenings: several rounds at tables, nobody meets the same person twice."""
