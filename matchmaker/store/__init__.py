"""The store: companies, profiles, relations, exclusions, events and imports, in SQL.

Only this package knows SQLAlchemy. Open a store with `open_store`, work in `store.unit()`.
"""

from matchmaker.store.imports import ImportRecord
from matchmaker.store.search import CompanyPage, CompanyQuery
from matchmaker.store.units import Store, Unit, open_store

__all__ = [
    "CompanyPage",
    "CompanyQuery",
    "ImportRecord",
    "Store",
    "Unit",
    "open_store",
]
