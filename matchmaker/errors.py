"""Errors that a caller is expected to handle; everything else is a defect.

A caller's bad argument is a `ValueError` with rule and value together. The classes here are named
by situation. Their message is one sentence for a person: what is wrong, where, how to mend it.
"""

from __future__ import annotations

from dataclasses import dataclass


class MatchmakerError(Exception):
    """Root of every error that this project raises on purpose."""


class UnknownCodeError(MatchmakerError):
    """A code that is in none of the reference tables (NAF, commune, EPCI, CPV, size band)."""


class UnknownCompanyError(MatchmakerError):
    """A SIRET that is not in the store, or not in the published snapshot."""


class NotServedError(MatchmakerError):
    """A company of the store that takes no part in suggestions, or not before the next night."""


class SettingsError(MatchmakerError):
    """A settings file or a `MATCHMAKER_*` variable that cannot be used."""


class StoreError(MatchmakerError):
    """The database cannot be opened, or its schema is newer than this code."""


class SnapshotError(MatchmakerError):
    """A snapshot is missing, damaged, or not of this format."""


class NightlyRunningError(MatchmakerError):
    """Another nightly run holds the lock of this home."""


class HeldBackError(MatchmakerError):
    """A night whose figures break a gate: its snapshot is written, but not published."""


class ProblemError(MatchmakerError):
    """A planning problem, or a plan, that cannot be read or contradicts itself."""


class BrokenPlanError(MatchmakerError):
    """A plan that its checker refuses: it does not leave."""


class UnknownEventError(MatchmakerError):
    """An event, a participant or a plan that is not in the store."""


class EventStateError(MatchmakerError):
    """A move that the state of an event does not allow."""


class EventConflictError(MatchmakerError):
    """Somebody else has changed the event since it was read; nothing was written."""


class UnknownIntroductionError(MatchmakerError):
    """An introduction that is not in the store, or not for the eyes of who asks."""


class IntroductionStateError(MatchmakerError):
    """A move that the state of an introduction does not allow."""


class IntroductionConflictError(MatchmakerError):
    """Somebody else has changed the introduction since it was read; nothing was written."""


class UnknownFeedbackError(MatchmakerError):
    """An answer, or an override, that is not in the store, or of another firm."""


class PairRefusedError(MatchmakerError):
    """Two companies that a rule, or the word of one of them, keeps from being introduced."""


class NoCapacityError(MatchmakerError):
    """A company that takes no more introductions this quarter."""


class UnknownAccountError(MatchmakerError):
    """An account, a session, a service key or a claim that is not in the store."""


class UnknownListError(MatchmakerError):
    """A saved list that is not in the store, or not for the eyes of who asks."""


class AccountError(MatchmakerError):
    """An account, a password or a service key that cannot be as asked."""


class EmailTakenError(AccountError):
    """An e-mail address, or an identity, that is another account's."""


class LastAdministratorError(AccountError):
    """A change after which nobody could change accounts any more."""


class NotSignedInError(MatchmakerError):
    """A request without proof of who sends it, or with one that is not (or no longer) good."""


class SignInRefusedError(MatchmakerError):
    """A sign-in that is refused; the sentence never tells whether the account exists."""


@dataclass
class IdentityRefusedError(SignInRefusedError):
    """A sign-in through an OpenID Connect provider that is refused.

    Parameters
    ----------
    reason
        Value of `matchmaker.accounts.oidc.Refusal`; the catalogue says it for people.
    """

    reason: str

    def __str__(self) -> str:
        return f"the sign-in through the provider is refused ({self.reason}); begin again."


class ProviderError(MatchmakerError):
    """An OpenID Connect provider that does not answer, or not as it should."""


class NotAllowedError(MatchmakerError):
    """A caller without the right, or whose right does not reach so far."""


class CrossSiteError(MatchmakerError):
    """A change that another site has sent, or that lacks the token of its session."""


@dataclass
class TooManyTriesError(MatchmakerError):
    """Too many tries in too short a time.

    Parameters
    ----------
    what
        What was tried, as the sentence begins: `"sign-ins"`.
    seconds
        When to come back.
    """

    what: str
    seconds: int

    def __str__(self) -> str:
        return f"too many {self.what}; try again in {self.seconds} s."


class LinkError(MatchmakerError):
    """A link of a letter that is unknown, expired or used up."""


class BadTextError(MatchmakerError):
    """A text that no database takes."""


class MailError(MatchmakerError):
    """A letter that cannot be written, or a mail server that cannot be used."""


class UnknownLetterError(MatchmakerError):
    """A letter that is not in the outbox."""


class LetterStateError(MatchmakerError):
    """A letter that is in a state in which it cannot be sent again, or cancelled."""


@dataclass
class InputFileError(MatchmakerError):
    """A file as a whole cannot be imported; nothing of it was taken.

    Parameters
    ----------
    path
        The file, as the user named it.
    problem
        What is wrong, without the full stop.
    cure
        What to do about it.
    line
        Line number counted from 1 (the header is line 1), where one line is to blame.
    """

    path: str
    problem: str
    cure: str
    line: int | None = None

    def __str__(self) -> str:
        where = self.path if self.line is None else f"{self.path}, line {self.line}"
        return f"{where}: {self.problem}. {self.cure}."


class DatasetError(InputFileError):
    """A dataset folder, or one of its files, cannot be evaluated."""


@dataclass
class RejectRateError(MatchmakerError):
    """Too many rows of an import were rejected; nothing of it was taken.

    Parameters
    ----------
    path
        The file that was imported.
    rejected, read
        Numbers of rows.
    limit
        Largest share of rejected rows that is accepted, in [0, 1].
    rejects_path
        Where the rejected rows were written.
    """

    path: str
    rejected: int
    read: int
    limit: float
    rejects_path: str

    def __str__(self) -> str:
        return (
            f"{self.path}: {self.rejected} of {self.read} rows were rejected, more than the limit "
            f"of {self.limit:.1%} (setting imports.max_reject_rate), so nothing was imported. "
            f"Mend the rows of {self.rejects_path}, which names line, column and reason."
        )
