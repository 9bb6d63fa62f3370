"""Pages of whoever runs the service: nights, quality, imports, accounts, letters, settings."""

from fastapi import APIRouter

from api.pages.administration import (
    account,
    accounts,
    imports,
    journal,
    keys,
    nights,
    outbox,
    quality,
    settings,
    ties,
)

router = APIRouter(include_in_schema=False)
# Fixed addresses first: `accounts` has one that an account's id must not hide.
for _module in (nights, quality, imports, accounts, account, ties, keys, outbox, journal, settings):
    router.include_router(_module.router)
