"""Run the benchmarks that are named, or all: `python -m benchmarks [nightly] [search] [api]`."""

from __future__ import annotations

import sys

from benchmarks import api, nightly, search

ALL = {"nightly": nightly.run, "search": search.run, "api": api.run}

for name in sys.argv[1:] or ALL:
    print(f"\n== {name}")
    ALL[name]()
