"""Who acts: the one thing that routes and services ask about a caller."""

from __future__ import annotations

from dataclasses import dataclass, field

from matchmaker.accounts.roles import ABOUT_FIRMS, RIGHTS, Reach, Right, Role
from matchmaker.texts import Language


@dataclass(frozen=True, slots=True)
class Principal:
    """A caller who has proved who they are.

    Parameters
    ----------
    id
        Id of the account or of the key.
    label
        As histories and logs name them: `"Zoé Martin (CCI 77)"`, `"key crm"`.
    role
        Decides the rights.
    chamber
        Department of the chamber of an adviser, or of a key of one chamber.
    companies
        SIRETs that an entrepreneur acts for.
    scopes
        Rights of a service key; `None` for people.
    language
        That letters to them are in.
    session
        Digest of the session, for those who came with a cookie.
    """

    id: str
    label: str
    role: Role
    chamber: str | None = None
    companies: frozenset[str] = frozenset()
    scopes: frozenset[Right] | None = None
    language: Language = "fr"
    session: str | None = field(default=None, repr=False)

    def reach(self, right: Right) -> Reach:
        """How far a right reaches for them."""
        if self.scopes is not None and right not in self.scopes:
            return Reach.NONE
        reach = RIGHTS[self.role].get(right, Reach.NONE)
        of_one_chamber = self.role is Role.SERVICE and self.chamber is not None
        if of_one_chamber and right in ABOUT_FIRMS:
            return min(reach, Reach.CHAMBER)
        return reach

    def may(self, right: Right, siret: str, department: str | None) -> bool:
        """Whether a right holds for one firm.

        Parameters
        ----------
        siret
            The firm.
        department
            Its department; `None` where the store does not know the firm, which is then nobody's
            chamber's.
        """
        reach = self.reach(right)
        if reach is Reach.OWN:
            return siret in self.companies
        if reach is Reach.CHAMBER:
            return self.chamber is not None and self.chamber == department
        return reach is Reach.ALL


def system(label: str) -> Principal:
    """Name the service itself, or whoever runs a command on the machine.

    Parameters
    ----------
    label
        Which part of it: `"nightly"`, `"command line"`.
    """
    return Principal(id="system", label=label, role=Role.ADMINISTRATOR)
