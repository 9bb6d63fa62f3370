"""Run the benchmarks that are named, or all of them.

`python -m benchmarks [nightly] [search] [api] [model] [allocation] [events] [access] [mail] ...`
"""

from __future__ import annotations

import sys

from benchmarks import allocation, api, events, mail, model, nightly, pages, search, sign_in

ALL = {
    "nightly": nightly.run,
    "search": search.run,
    "api": api.run,
    "model": model.run,
    "allocation": allocation.run,
    "events": events.run,
    "access": sign_in.run,
    "mail": mail.run,
    "pages": pages.run,
}

for name in sys.argv[1:] or ALL:
    print(f"\n== {name}")
    ALL[name]()
