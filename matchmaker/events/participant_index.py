"""Finding the participant that a row means: by id, e-mail, or name and firm."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping

from matchmaker.events.registrations import Registration
from matchmaker.spelling import fold


class ParticipantIndex:
    """The participants of one event.

    Parameters
    ----------
    registrations
        The participants.
    emails
        E-mails by id.
    """

    def __init__(
        self, registrations: Iterable[Registration], emails: Mapping[str, str | None]
    ) -> None:
        self._by_id: dict[str, Registration] = {}
        self._emails: dict[str, str] = {}
        self._by_email: dict[str, list[str]] = {}
        self._by_name: dict[str, list[str]] = {}
        for registration in registrations:
            self.add(registration, emails.get(registration.id))

    @property
    def ids(self) -> Container[str]:
        """Ids that are in use."""
        return self._by_id.keys()

    def add(self, registration: Registration, email: str | None) -> None:
        """Take a participant in, in place of what was known under this id."""
        who = registration.id
        if who in self._by_id:
            self._by_name[fold(self._by_id[who].name)].remove(who)
        if who in self._emails:
            self._by_email[self._emails.pop(who)].remove(who)
        self._by_id[who] = registration
        self._by_name.setdefault(fold(registration.name), []).append(who)
        if email:
            self._emails[who] = email.casefold()
            self._by_email.setdefault(email.casefold(), []).append(who)

    def find(
        self,
        given: str | None,
        email: str | None,
        name: str,
        siret: str | None,
        company: str | None,
    ) -> Registration | None:
        """Find whom a row means.

        An id decides. Without a participant of that id, somebody of the same firm and name is
        taken for the same person. Without any id an e-mail decides before a name: people share a
        mailbox less often than their name is spelt in another way.
        """
        if given in self._by_id:
            return self._by_id[given]
        if given is None and email is not None:
            for who in self._by_email.get(email.casefold(), ()):
                return self._by_id[who]
        for who in self._by_name.get(fold(name), ()):
            if _same_firm(self._by_id[who], siret, company):
                return self._by_id[who]
        return None

    def called(self, text: str) -> list[str]:
        """Ids of all whom a text may mean: the id itself, else an e-mail, else a name."""
        if text in self._by_id:
            return [text]
        return self._by_email.get(text.casefold()) or self._by_name.get(fold(text), [])


def _same_firm(registration: Registration, siret: str | None, company: str | None) -> bool:
    if registration.siret is not None and siret is not None:
        return registration.siret == siret
    return fold(registration.company) == fold(company or "")
