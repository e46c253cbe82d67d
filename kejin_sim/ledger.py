"""Double-entry bookkeeping: parties, and what a posting is.

Every yuan that moves is one posting ``(quarter, payer, payee, rule, amount)``. Postings of the same rule between the same
two parties share a *posting code*; a code fixes payer, payee, rule and, where the city treasury is a party, the budget
line and the nature of the money. The compiled engine adds amounts up by code and quarter; the reference engine keeps each
posting with the fund or firm it belongs to. Both read the tables of this module's users (``world.postings`` and the
``postings`` module of every measure), so a rule cannot post between other parties in one engine than in the other.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from kejin_sim.measures import line_rows


class Party(StrEnum):
    """Who pays and who is paid, by the name that postings use."""

    CITY_TREASURY = "city_treasury"
    DISTRICT_TREASURY = "district_treasury"
    CENTRAL_TREASURY = "central_treasury"
    GUIDANCE_FUND = "guidance_fund"
    ANGEL_SUBFUND = "angel_subfund"
    CHAIN_FUND = "chain_fund"
    AIC_FUND = "aic_fund"
    GP = "gp"
    SOCIAL_INVESTOR = "social_investor"
    CO_INVESTOR = "co_investor"
    CHAIN_LEADER = "chain_leader"
    AIC = "aic"
    SOE = "soe"
    BANK = "bank"
    RISK_POOL = "risk_pool"
    GUARANTEE_COMPANY = "guarantee_company"
    RE_GUARANTOR = "re_guarantor"
    NATIONAL_GUARANTEE_FUND = "national_guarantee_fund"
    INSURER = "insurer"
    INSURANCE_POOL = "insurance_pool"
    JOINT_FUND = "joint_fund"
    ENTERPRISE = "enterprise"
    UNIVERSITY = "university"
    SERVICE_PROVIDER = "service_provider"
    IP_ABS = "ip_abs"
    ABS_GUARANTOR = "abs_guarantor"
    PBOC = "pboc"
    OUTSIDE = "outside"


PARTY_LABELS: Final[dict[Party, tuple[str, str]]] = {
    Party.CITY_TREASURY: ("市财政", "city treasury"),
    Party.DISTRICT_TREASURY: ("区（县、市）财政", "district treasury"),
    Party.CENTRAL_TREASURY: ("中央财政", "central treasury"),
    Party.GUIDANCE_FUND: ("引导基金", "guidance fund"),
    Party.ANGEL_SUBFUND: ("天使子基金", "angel sub-fund"),
    Party.CHAIN_FUND: ("链主基金", "chain-leader fund"),
    Party.AIC_FUND: ("AIC基金", "AIC fund"),
    Party.GP: ("基金管理人", "GP"),
    Party.SOCIAL_INVESTOR: ("社会出资人", "social investor"),
    Party.CO_INVESTOR: ("跟投方", "co-investor"),
    Party.CHAIN_LEADER: ("链主企业", "chain leader"),
    Party.AIC: ("金融资产投资公司", "AIC"),
    Party.SOE: ("市属国企", "municipal SOE"),
    Party.BANK: ("银行", "bank"),
    Party.RISK_POOL: ("风险池", "risk pool"),
    Party.GUARANTEE_COMPANY: ("担保公司", "guarantee company"),
    Party.RE_GUARANTOR: ("再担保机构", "re-guarantor"),
    Party.NATIONAL_GUARANTEE_FUND: ("国家融资担保基金", "national guarantee fund"),
    Party.INSURER: ("保险公司", "insurer"),
    Party.INSURANCE_POOL: ("共保体", "co-insurance pool"),
    Party.JOINT_FUND: ("基础研究联合基金", "joint fund"),
    Party.ENTERPRISE: ("企业", "enterprise"),
    Party.UNIVERSITY: ("高校院所", "university"),
    Party.SERVICE_PROVIDER: ("服务机构", "service provider"),
    Party.IP_ABS: ("知识产权专项计划", "IP securities plan"),
    Party.ABS_GUARANTOR: ("证券化增信机构", "ABS guarantor"),
    Party.PBOC: ("人民银行", "PBoC"),
    Party.OUTSIDE: ("外部", "outside"),
}

PUBLIC_PARTIES: Final[frozenset[Party]] = frozenset(
    {
        Party.CITY_TREASURY,
        Party.DISTRICT_TREASURY,
        Party.GUIDANCE_FUND,
        Party.SOE,
        Party.RISK_POOL,
        Party.GUARANTEE_COMPANY,
        Party.ABS_GUARANTOR,  # licensed and owned by the city or its districts
    }
)
"""The consolidated local public sector: the second perimeter. Flows among these parties cancel out.

The joint fund for basic research is outside: most of its money is its partners', who get back their part of what is left, and
what it spends belongs to universities. The city's and the districts' contributions are therefore spent when they are paid in."""


class Nature(StrEnum):
    """What a treasury posting is in the budget (财预〔2015〕210号)."""

    NONE = "none"
    EXPENDITURE = "expenditure"
    PRINCIPAL = "principal"
    INCOME = "income"


class Line(str):
    """A budget line, by its key: it has a yearly appropriation, a budget book and a rule for unspent money.

    Lines are declared by the measures (``lines.toml``). Errors: ``ValueError`` for a key that none of them declares.
    """

    __slots__ = ()

    def __new__(cls, key: str) -> Line:
        if key not in _DECLARED:
            raise ValueError(f"no measure declares a budget line {key!r}")
        return super().__new__(cls, key)


_DECLARED: Final = {row["key"]: (row["zh"], row["en"]) for row in line_rows()}
LINES: Final[tuple[Line, ...]] = tuple(Line(key) for key in _DECLARED)
LINE_LABELS: Final[dict[Line, tuple[str, str]]] = {line: _DECLARED[line] for line in LINES}


@dataclass(frozen=True, slots=True)
class Posting:
    """One posting code: what every posting under it has in common.

    ``number`` is its row in the flow arrays; ``zh`` and ``en`` say in words what is paid for.
    """

    number: int
    name: str
    rule: str
    payer: Party
    payee: Party
    zh: str
    en: str
    line: Line | None = None
    nature: Nature = Nature.NONE


@dataclass(slots=True)
class PostingBook:
    """The posting codes of one room, numbered from ``first`` in the order in which they are written.

    Rooms follow one another in the order of `kejin_sim.measures.MEASURES` (see `kejin_sim.measures.numbering`).
    """

    room: str
    first: int
    postings: list[Posting] = field(default_factory=list)

    @property
    def end(self) -> int:
        """The number after the last code's."""
        return self.first + len(self.postings)

    def code(
        self,
        name: str,
        rule: str,
        payer: Party,
        payee: Party,
        zh: str,
        en: str,
        line: Line | None = None,
        nature: Nature = Nature.NONE,
    ) -> int:
        """Add a posting code and return its number."""
        number = self.end
        self.postings.append(Posting(number, name, rule, payer, payee, zh, en, line, nature))
        return number
