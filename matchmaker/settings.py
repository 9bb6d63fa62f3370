"""Settings: one frozen tree, from defaults, a TOML file and `MATCHMAKER_*` variables.

The tree is built at an entry point with `load_settings` and passed down; nothing below reads the
environment. Later sources win: default, then the TOML file, then the environment. A variable names
its leaf with two underscores per level: `MATCHMAKER_API__PORT=8080` sets `api.port`.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, get_args
from urllib.parse import quote

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    PositiveFloat,
    SecretStr,
    ValidationError,
)

from matchmaker.errors import SettingsError, UnknownCodeError
from matchmaker.intents import Intent
from matchmaker.territory import parse_departments

PREFIX = "MATCHMAKER_"
CONFIG_VARIABLE = "MATCHMAKER_CONFIG"
_NOT_SETTINGS = {CONFIG_VARIABLE, "MATCHMAKER_DATA"}


class _Branch(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


def _known_department(code: str) -> str:
    try:
        known = parse_departments(code) == (code,)
    except UnknownCodeError as error:
        raise ValueError(str(error)) from error
    if not known:
        raise ValueError(f"{code!r} is no code of one department")
    return code


DepartmentCode = Annotated[str, AfterValidator(_known_department)]


class TerritorySettings(_Branch):
    """Which companies the service is for."""

    departments: tuple[DepartmentCode, ...] = Field(("77", "91"), min_length=1)
    """Departments imported when a command names none; one outside them needs `all`."""


class ImportSettings(_Branch):
    """How files enter the store."""

    max_reject_rate: float = Field(0.05, ge=0, le=1)
    """Largest share of rejected rows with which an import still ends with status 0."""
    max_closed_rate: float = Field(0.5, ge=0, le=1)
    """Largest share of open companies that a new stock may leave out; a fragment is refused."""
    max_line_bytes: int = Field(1_048_576, ge=1024)
    """A longer line is no row of a table: the file is refused."""
    keep_closed: bool = False
    """Whether closed establishments enter the store (they are never suggested)."""


CompanyRule = Literal[
    "closed",
    "not_diffusible",
    "partial_diffusion",
    "opted_out",
    "consent_refused",
    "public_body",
    "school",
    "co_ownership",
    "dormant",
    "property_shell",
]
"""Names of the rules about one company; `matchmaker.eligibility` says what each does."""


class EligibilitySettings(_Branch):
    """Which companies stay out of suggestions, by named rules (`matchmaker.eligibility`)."""

    naf_divisions: tuple[str, ...] = ("84",)
    """Rule `public_body`: NAF divisions of public administration."""
    legal_categories: tuple[str, ...] = ("4", "71", "72", "73", "74")
    """Rule `public_body`: beginnings of legal categories governed by public law."""
    public_siren: tuple[str, ...] = ("11", "12", "13", "14", "15", "16", "17", "18", "19", "2")
    """Rule `public_body`: beginnings of SIREN kept for public bodies (10 is now for anybody)."""
    school_naf: tuple[str, ...] = ("85.1", "85.2", "85.3", "85.41", "85.42")
    """Rule `school`: beginnings of NAF codes; training bodies (85.59) stay in."""
    co_ownership_naf: tuple[str, ...] = ("81.10Z",)
    """Rule `co_ownership`: NAF sub-classes of co-ownership syndicates."""
    co_ownership_legal_categories: tuple[str, ...] = ("9110",)
    """Rule `co_ownership`: beginnings of legal categories."""
    dormant_naf: tuple[str, ...] = ("00.00Z", "97", "98", "99")
    """Rule `dormant`: beginnings of NAF codes without market activity; no code counts as well."""
    property_shell_naf: tuple[str, ...] = ("68.20A", "68.20B", "64.20Z", "66.30Z")
    """Rule `property_shell`: NAF codes that, without staff, hold assets and nothing else."""
    property_shell_legal_categories: tuple[str, ...] = ("6540", "6541", "6542", "6543")
    """Rule `property_shell`: civil property companies, whatever their NAF code, without staff."""
    rules: tuple[CompanyRule, ...] = get_args(CompanyRule)
    """Rules in force, in the order in which the first one that applies is named."""
    catchment_km: tuple[PositiveFloat, PositiveFloat, PositiveFloat] = (10.0, 40.0, 150.0)
    """Catchment radius (km) of firms with under 10, under 50, and 50 or more employees."""
    near_equal_offers: float = Field(0.8, gt=0, le=1)
    """Cosine from which two declared offers count as the same trade."""
    same_trade_anywhere: tuple[Intent, ...] = (Intent.SUPPLY, Intent.CONSORTIUM)
    """Intents for which one trade is a competitor at any distance."""


class ModelSettings(_Branch):
    """The partner model. The weights of the prior fusion are in `models.prior`."""

    dimensions: int = Field(96, ge=2, le=512)
    """Dimensions of the dense text vectors (SVD of TF-IDF)."""
    candidates: int = Field(60, ge=10, le=1000)
    """Candidates that each channel proposes per company and role."""
    list_length: int = Field(10, ge=1, le=100)
    """Suggestions published per company and intent."""
    reserve: int = Field(10, ge=0, le=100)
    """Further ranks kept in the snapshot, to fill a list after today's exclusions."""
    max_group: int = Field(25, ge=2)
    """Groups above this size carry no evidence (a trade fair is no acquaintance)."""
    smoothing_hops: int = Field(3, ge=1, le=6)
    """Hops of text smoothing over the relation graph."""
    learn_fusion: bool = True
    """Whether a night learns the fusion from known relations (needs some dozens per intent)."""
    pool: int = Field(40, ge=10, le=1000)
    """Partners per company and role from which allocation fills the lists; at least a list and its
    reserve."""
    capacity: int = Field(4, ge=1)
    """Introductions per quarter taken for granted where a company declares no number."""
    exposure: float = Field(2.0, ge=1)
    """Largest number of lists that a company may fill, in fair shares of its department."""
    temperature: float = Field(0.02, gt=0)
    """How freely allocation departs from the best scores (temperature of the matching)."""
    variety: float = Field(0.05, ge=0, le=1)
    """Weight of variety of trades and places in the order of a list; 0 keeps the order."""
    explored_places: int = Field(2, ge=0)
    """Places of a list that are drawn, with their chances logged, once there is feedback."""
    explore_from: int = Field(200, ge=1)
    """Answers to suggestions from which places are drawn."""
    search: Literal["exact", "approximate"] = "exact"
    """`approximate` uses an inverted file (IVF-Flat); worth it from about 200,000 companies."""


class ParallelSettings(_Branch):
    """Threads and processes."""

    threads: int = Field(2, ge=1)
    """Threads of BLAS, OpenMP and faiss within one process."""
    jobs: int = Field(1, ge=1)
    """Worker processes of the ranking stage."""
    backend: Literal["loky", "dask"] = "loky"
    """`dask` sends the ranking stage to a cluster (extra `cluster`)."""
    scheduler: str | None = None
    """Address of the dask scheduler."""


class SnapshotSettings(_Branch):
    """Published snapshots."""

    keep: int = Field(5, ge=1)
    """How many stay, the published one included, and as many that were held back."""


MailAddress = Annotated[
    str, Field(pattern=r"^[^\s@:,;<>\"]+@[^\s@:,;<>\"]+\.[^\s@:,;<>\"]+$", max_length=254)
]

Share = Annotated[float, Field(ge=0, le=1)]


class QualitySettings(_Branch):
    """What a night measures of itself, and the gates: limits that hold a snapshot back.

    A gate without a limit is off. A figure that could not be measured breaks no gate.
    """

    queries: int = Field(500, ge=1)
    """Most companies per role whose latest relations are hidden and looked for."""
    deletion_sample: int = Field(200, ge=0)
    """Suggestions of which one reason each goes through the deletion test."""
    min_coverage: Share | None = None
    """Share of the companies that have a suggestion."""
    max_never_listed: Share | None = None
    """Share of the companies that nobody is suggested."""
    max_exposure_gini: Share | None = None
    """How unequally places in lists are spread over the companies."""
    min_mutual_lists: Share | None = None
    """Share of the suggestions that are made to both sides."""
    max_competitor_rate: Share | None = 0.0
    """Share of the suggestions that name a competitor: any is a defect."""
    max_empty_text: Share | None = None
    """Share of the companies that declare nothing."""
    min_overlap: Share | None = None
    """Mean Jaccard index of today's lists and those published before."""
    max_drift: float | None = Field(None, ge=0)
    """Population stability index of the scores since the lists published before."""
    min_deletion_rate: Share | None = 0.95
    """Share of the reasons tested whose evidence, taken away, lowers the score."""
    min_recall: Share | None = None
    """Share of the latest relations found among the first 20."""
    min_ndcg: Share | None = None
    """nDCG at 20 on the latest relations."""
    min_candidate_recall: Share | None = None
    """Share of the latest relations among the candidates."""
    min_ndcg_over_popularity: float | None = Field(None, ge=-1, le=1)
    """nDCG at 20 less that of ranking by the number of relations."""


class ApiSettings(_Branch):
    """The HTTP service."""

    host: str = "127.0.0.1"
    port: int = Field(8077, ge=0, le=65535)
    workers: int = Field(1, ge=1)
    page_size: int = Field(20, ge=1, le=100)
    """Companies per page of a search."""
    max_body_bytes: int = Field(262_144, ge=1024)
    """A longer request body is refused."""
    snapshot_check_seconds: float = Field(1.0, ge=0)
    """How often a worker looks for a newly published snapshot."""


class EventSettings(_Branch):
    """Planning of events."""

    planning_seconds: float = Field(60.0, gt=0, le=3600)
    """Time for a plan where a request names none."""
    max_planning_seconds: float = Field(120.0, gt=0, le=3600)
    """Longest time for a plan that a request over HTTP may ask for."""
    max_body_bytes: int = Field(10_485_760, ge=1024)
    """A longer spreadsheet or problem over HTTP is refused."""
    organiser_email: MailAddress = "evenements@cci.invalid"
    """Address that calendar entries come from; the default reaches nobody."""


def _long_enough(secret: SecretStr) -> SecretStr:
    if len(secret.get_secret_value()) < SECRET_LENGTH:
        raise ValueError(
            f"a secret has at least {SECRET_LENGTH} characters; "
            "`matchmaker accounts new-secret` draws one"
        )
    return secret


SECRET_LENGTH = 32


class AccessSettings(_Branch):
    """Who may enter, and how long a door stays open."""

    secret: Annotated[SecretStr, AfterValidator(_long_enough)] | None = None
    """Signs cookies and links; the service does not start without one (the demo draws its own)."""
    public_url: str = Field("http://127.0.0.1:8077", pattern=r"^https?://[^/?#\s@]+$")
    """Address at which people reach the service; `https` makes cookies `Secure`."""
    hosts: tuple[str, ...] = ("127.0.0.1", "localhost")
    """Host names that the service answers to, besides that of `public_url`; `*.example.org` takes
    every name below it."""
    proxies: tuple[str, ...] = ("127.0.0.1",)
    """Addresses of proxies whose `X-Forwarded-For` and `X-Forwarded-Proto` are believed."""
    session_hours: float = Field(12.0, gt=0, le=720)
    """Longest session."""
    idle_minutes: float = Field(120.0, gt=0)
    """A session without a request for so long has ended."""
    free_failures: int = Field(5, ge=1)
    """Failed sign-ins on one account, or from one address, before the next ones have to wait."""
    failure_minutes: float = Field(15.0, gt=0)
    """How long a failed sign-in counts; also the longest wait."""
    searches_per_minute: int = Field(60, ge=1)
    """Searches of one caller, per worker."""
    password_length: int = Field(12, ge=8, le=128)
    """Shortest password."""
    claim_minutes: float = Field(60.0, gt=0)
    """How long the code is good that proves who a firm's account belongs to."""
    key_days: int = Field(365, ge=1)
    """Life of a service key whose maker names none."""
    privacy_contact: MailAddress = "dpo@cci.invalid"
    """Data protection officer, named by the page on privacy; the default reaches nobody."""


class OidcSettings(_Branch):
    """Sign-in through an OpenID Connect provider, such as ProConnect; off without an issuer."""

    issuer: str | None = Field(None, pattern=r"^https?://[^\s?#]+$")
    """Address of the provider, below which `/.well-known/openid-configuration` lies."""
    client_id: str | None = None
    client_secret: SecretStr | None = None
    label: str = "ProConnect"
    """What the button on the sign-in page calls the provider."""
    scopes: tuple[str, ...] = ("openid", "email", "given_name", "usual_name", "siret")
    """What is asked of the provider; these are ProConnect's names."""
    siret_claim: str = "siret"
    """Claim that names the establishment of the person."""
    email_is_checked: bool = False
    """Whether the provider vouches for e-mail addresses without saying so in `email_verified`, as
    ProConnect does."""
    acr_values: str | None = None
    """Assurance that is asked for (`eidas1` at ProConnect)."""


class MailSettings(_Branch):
    """How letters leave."""

    transport: Literal["files", "smtp"] = "files"
    """`files` writes each letter into the folder `mail` of the home, and sends nothing."""
    sender: MailAddress = "mise-en-relation@cci.invalid"
    """Address that letters come from; the default reaches nobody."""
    sender_name: str = Field("CCI Seine-et-Marne et CCI Essonne", max_length=100)
    host: str = "127.0.0.1"
    port: int = Field(587, ge=1, le=65535)
    security: Literal["starttls", "tls", "none"] = "starttls"
    """`none` only where the server is on this machine or the network is trusted."""
    user: str | None = None
    password: SecretStr | None = None
    timeout_seconds: float = Field(20.0, gt=0)
    """Longest wait for an answer of the server."""
    attempts: int = Field(8, ge=1)
    """Tries before a letter is given up and reported; each wait is twice the one before."""
    retry_seconds: float = Field(60.0, gt=0)
    """Wait before the second try."""
    lease_seconds: float = Field(300.0, gt=0)
    """A letter in the hands of a process for so long is reported: it may or may not have left."""
    poll_seconds: float = Field(10.0, ge=0)
    """How often a worker of the service looks for letters to send; 0 leaves them to
    `matchmaker mail send`."""
    link_days: int = Field(30, ge=1)
    """Life of the links in letters."""
    digest_weekday: int = Field(0, ge=0, le=6)
    """Day on which the night writes the weekly digest: 0 is Monday."""
    digest_length: int = Field(3, ge=1, le=10)
    """Suggestions in a digest."""


class IntroductionSettings(_Branch):
    """Introductions: who checks them, and how long each step may take."""

    checked_by: tuple[DepartmentCode, ...] = ()
    """Chambers (departments) whose advisers check what is proposed for their firms."""
    waiting_days: int = Field(60, ge=1)
    """A proposal that could not be put to the other side for so long expires."""
    reminder_days: tuple[Annotated[int, Field(ge=1)], ...] = (7, 14)
    """Days after the question on which a side without an answer is reminded."""
    answer_days: int = Field(21, ge=1)
    """A question without an answer for so long expires."""
    outcome_days: tuple[Annotated[int, Field(ge=1)], ...] = (30, 90, 180)
    """Days after the introduction on which both sides are asked what came of it."""
    ended_days: int = Field(240, ge=1)
    """An introduction ends so long after it was made, with or without an outcome."""
    cool_down_days: int = Field(180, ge=0)
    """After a refusal or an expiry, days before the same two firms may be proposed again."""


class RetentionSettings(_Branch):
    """How long personal data is kept; the night removes what is older."""

    session_days: int = Field(30, ge=1)
    """Sessions, used or expired links, and codes, after their end."""
    mail_days: int = Field(90, ge=1)
    """The line of the outbox that tells of a letter; its text goes as soon as it has left."""
    failure_days: int = Field(30, ge=1)
    """Failed sign-ins."""
    audit_days: int = Field(365, ge=30)
    """Audit log, and log of contact data."""
    introduction_days: int = Field(1095, ge=30)
    """Introductions after their end; the relation that came of one stays."""
    feedback_days: int = Field(1095, ge=30)
    """Answers to suggestions; "already known" and "competitor" stay as long as the firms."""
    event_days: int = Field(730, ge=30)
    """E-mail addresses and names of participants, after the day of the event."""
    account_days: int = Field(1095, ge=90)
    """Accounts without a sign-in."""


class Settings(_Branch):
    """The whole tree."""

    home: Path = Path("var")
    """Folder of the embedded database and the snapshots; two homes never touch."""
    database_url: str | None = None
    """SQLAlchemy address of the store; none means SQLite in the home."""
    seed: int = Field(7, ge=0, lt=2**32)
    """Seed of everything random in the nightly run."""
    territory: TerritorySettings = TerritorySettings()
    imports: ImportSettings = ImportSettings()
    eligibility: EligibilitySettings = EligibilitySettings()
    model: ModelSettings = ModelSettings()
    parallel: ParallelSettings = ParallelSettings()
    snapshots: SnapshotSettings = SnapshotSettings()
    quality: QualitySettings = QualitySettings()
    api: ApiSettings = ApiSettings()
    events: EventSettings = EventSettings()
    access: AccessSettings = AccessSettings()
    oidc: OidcSettings = OidcSettings()
    mail: MailSettings = MailSettings()
    introductions: IntroductionSettings = IntroductionSettings()
    retention: RetentionSettings = RetentionSettings()

    @property
    def store_url(self) -> str:
        """Address of the store in force."""
        if self.database_url is not None:
            return self.database_url
        # Quoted: a home may be called "a?b" or "50%20" without being another one.
        return f"sqlite:///{quote(str(self.home / 'matchmaker.sqlite'))}"

    @property
    def mail_folder(self) -> Path:
        """Folder into which letters are written where none are sent."""
        return self.home / "mail"

    @property
    def snapshots_folder(self) -> Path:
        """Folder that holds the snapshots."""
        return self.home / "snapshots"


@dataclass(frozen=True)
class Setting:
    """One leaf in force: its dotted name, its value as shown to people, and where it comes from."""

    name: str
    value: str
    origin: str


def _leaves(tree: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in tree.items():
        if isinstance(value, Mapping):
            yield from _leaves(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value


def _plant(tree: dict[str, Any], name: str, value: object) -> None:
    *branches, leaf = name.split(".")
    for branch in branches:
        tree = tree.setdefault(branch, {})
    tree[leaf] = value


def _known_names() -> dict[str, Any]:
    return dict(_leaves(Settings().model_dump()))


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(
            f"{path}: cannot be read ({error.strerror}). Check the path."
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path}: is not valid TOML ({error}). Mend that line.") from error


def _from_environment(environment: Mapping[str, str]) -> dict[str, tuple[str, object]]:
    """Map dotted names to (variable, value); lists may be written as JSON or with commas."""
    known = _known_names()
    found: dict[str, tuple[str, object]] = {}
    for variable, text in environment.items():
        if not variable.startswith(PREFIX) or variable in _NOT_SETTINGS:
            continue
        name = variable.removeprefix(PREFIX).lower().replace("__", ".")
        if name in ("home", "database_url") and not text.strip():
            raise SettingsError(f"variable {variable}: is empty. Give it a value, or unset it.")
        if name not in known:
            raise SettingsError(
                f"variable {variable}: there is no setting {name!r}. "
                "`matchmaker settings` lists them all."
            )
        value: object = text
        if isinstance(known[name], tuple):
            value = _list_in(variable, text)
        found[name] = (variable, value)
    return found


def _list_in(variable: str, text: str) -> list[object]:
    if not text.startswith("["):
        return [part.strip() for part in text.split(",") if part.strip()]
    try:
        values: list[object] = json.loads(text)
    except ValueError as error:
        raise SettingsError(
            f"variable {variable}: is no JSON list ({error}). Write [...], or values with commas."
        ) from error
    return values


def _origin_of(
    file: Path | None, environment: Mapping[str, str]
) -> tuple[dict[str, Any], dict[str, str]]:
    tree: dict[str, Any] = {}
    origins: dict[str, str] = {}
    if file is not None:
        known = _known_names()
        for name, value in _leaves(_read_toml(file)):
            if name not in known:
                raise SettingsError(
                    f"{file}: there is no setting {name!r}. `matchmaker settings` lists them all."
                )
            _plant(tree, name, value)
            origins[name] = str(file)
    for name, (variable, value) in _from_environment(environment).items():
        _plant(tree, name, value)
        origins[name] = variable
    return tree, origins


def _validated(tree: dict[str, Any], origins: Mapping[str, str]) -> Settings:
    try:
        return Settings.model_validate(tree)
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        message = first["msg"][0].lower() + first["msg"][1:]
        origin = next((o for n, o in origins.items() if name.startswith(n)), "settings")
        raise SettingsError(f"{origin}: setting {name}: {message}.") from error


def load_settings(environment: Mapping[str, str], file: Path | None = None) -> Settings:
    """Build the settings in force.

    Parameters
    ----------
    environment
        Usually `os.environ`; `MATCHMAKER_CONFIG` in it names the TOML file when `file` does not.

    Raises
    ------
    SettingsError
        If a source cannot be read, names an unknown setting, or holds a value out of range.
    """
    tree, origins = _origin_of(_file_of(environment, file), environment)
    return _validated(tree, origins)


def _without_password(url: str) -> str:
    # By pattern: an address that cannot be parsed must not show its password either.
    url = re.sub(r"(://[^:/@]*:).*@", r"\1***@", url)
    # Some drivers take it as a parameter of the query as well.
    return re.sub(r"([?&]password=)[^&#]*", r"\1***", url)


def settings_in_force(environment: Mapping[str, str], file: Path | None = None) -> list[Setting]:
    """List every setting with its value and origin; passwords are masked."""
    tree, origins = _origin_of(_file_of(environment, file), environment)
    settings = _validated(tree, origins)
    rows = []
    for name, value in _leaves(settings.model_dump(mode="json")):
        if name == "database_url" and value is not None:
            value = _without_password(value)
        shown = json.dumps(value, ensure_ascii=False) if not isinstance(value, str) else value
        rows.append(Setting(name, shown, origins.get(name, "default")))
    return rows


def _file_of(environment: Mapping[str, str], file: Path | None) -> Path | None:
    if file is not None:
        return file
    named = environment.get(CONFIG_VARIABLE)
    return Path(named) if named else None
