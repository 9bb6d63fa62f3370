"""Service keys, for the batch and for the chambers' own programs."""

from __future__ import annotations

from random import SystemRandom
from typing import Annotated

from fastapi import APIRouter, Path
from fastapi.responses import Response

from api.access import KeysCaller
from api.account_documents import key_document
from api.account_schemas import KeyRotation, KeysAnswer, NewKey, ShownKey
from api.deps import ServiceDep
from api.openapi import account_problems
from api.routes.documents import json_answer
from matchmaker.accounts.changes import make_key, revoke_key, rotate_key
from matchmaker.accounts.keys import ServiceKey

router = APIRouter(prefix="/v1/keys", tags=["keys"])

KeyId = Annotated[str, Path(description="Id of the key.", examples=["a2b3c4d5"], max_length=40)]


@router.get("", response_model=KeysAnswer, responses=account_problems(503))
async def list_keys(_: KeysCaller, service: ServiceDep) -> Response:
    """List service keys by name, ended ones as well; never a key itself."""
    found = await service.read(lambda unit: unit.keys.list())
    return json_answer({"items": [key_document(each) for each in found]})


@router.post(
    "", status_code=201, response_model=ShownKey, responses=account_problems(400, 413, 422, 503)
)
async def create_key(body: NewKey, caller: KeysCaller, service: ServiceDep) -> Response:
    """Make a service key; the answer shows it once."""
    days, now = body.days or service.settings.access.key_days, service.now()
    made = await service.write(
        lambda unit: make_key(
            unit,
            SystemRandom(),
            name=body.name,
            scopes=body.scopes,
            chamber=body.chamber,
            days=days,
            by=caller,
            at=now,
        )
    )
    return _shown(*made)


@router.post(
    "/{key_id}/rotation",
    status_code=201,
    response_model=ShownKey,
    responses=account_problems(400, 404, 413, 422, 503),
)
async def replace_key(
    key_id: KeyId, body: KeyRotation, caller: KeysCaller, service: ServiceDep
) -> Response:
    """Put a new key, shown once, in the place of one that has the same name and scopes."""
    days, now = service.settings.access.key_days, service.now()
    made = await service.write(
        lambda unit: rotate_key(
            unit,
            SystemRandom(),
            key_id,
            days=days,
            overlap_hours=body.overlap_hours,
            by=caller,
            at=now,
        )
    )
    return _shown(*made)


@router.delete("/{key_id}", status_code=204, responses=account_problems(404, 422, 503))
async def end_key(key_id: KeyId, caller: KeysCaller, service: ServiceDep) -> None:
    """Revoke a key, from the next request on."""
    now = service.now()
    await service.write(lambda unit: revoke_key(unit, key_id, by=caller, at=now))


def _shown(key: ServiceKey, text: str) -> Response:
    return json_answer({**key_document(key), "key": text}, 201)
