"""The catalogue of rules: what the program does, in the words of the policy, with its formula, money and sources.

The texts are data (``rules.toml`` in the room of a rule). What can be derived is not written twice: who pays whom comes
from the posting tables, parameters from the registry's ``rules`` fields, worked cases from the files beside the rule.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import import_module, resources
from importlib.util import find_spec
from typing import Any

from kejin_sim.cases import ROOMS, WORLD, Case, cases, package_of
from kejin_sim.lang import t
from kejin_sim.ledger import PARTY_LABELS, Posting
from kejin_sim.parameters import Parameter, Source, registry, sources
from kejin_sim.postings import postings
from kejin_sim.timeline import ORDER, STEP, Step

#: Legal status → meaning (Chinese, English).
STATUS: dict[str, tuple[str, str]] = {
    "ok": ("可直接执行", "may be carried out"),
    "approval": ("须经批准或合同明确约定", "needs approval or an explicit contract"),
    "red": ("与上位规定不符，不得执行", "conflicts with superior rules"),
}

#: The same in a word.
STATUS_WORDS: dict[str, tuple[str, str]] = {
    "ok": ("可行", "ok"),
    "approval": ("待批准", "approval"),
    "red": ("红色", "red"),
}


@dataclass(frozen=True)
class Rule:
    """One rule.

    ``room`` is the measure, or ``world`` for what is no policy. ``functions`` are those that it is written in.
    """

    id: str
    room: str
    zh: str
    en: str
    does_zh: tuple[str, ...]
    does_en: tuple[str, ...]
    formula: tuple[str, ...]
    trigger_zh: str
    trigger_en: str
    sources: tuple[str, ...]
    evidence_zh: str
    evidence_en: str
    status: str
    status_zh: str
    status_en: str
    limits_zh: tuple[str, ...]
    limits_en: tuple[str, ...]
    steps: tuple[str, ...]
    functions: tuple[str, ...]

    @property
    def title(self) -> str:
        """Title in the current language."""
        return t(self.zh, self.en)

    @property
    def does(self) -> tuple[str, ...]:
        """What it does, line by line, in the current language."""
        return self.does_zh if t("zh", "en") == "zh" else self.does_en

    @property
    def limits(self) -> tuple[str, ...]:
        """What is left out or simplified, in the current language."""
        return self.limits_zh if t("zh", "en") == "zh" else self.limits_en

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """The parameters that feed it, by the registry."""
        return tuple(parameter for parameter in registry() if self.id in parameter.rules)

    @property
    def postings(self) -> tuple[Posting, ...]:
        """The posting codes made under it."""
        return tuple(posting for posting in postings() if posting.rule == self.id)

    @property
    def origins(self) -> tuple[Source, ...]:
        """Its sources; none when it is an assumption."""
        return tuple(sources()[source] for source in self.sources)

    @property
    def order(self) -> tuple[Step, ...]:
        """The steps of a quarter in which it acts."""
        return tuple(ORDER[STEP[step] - 1] for step in self.steps)

    @property
    def cases(self) -> tuple[Case, ...]:
        """Its worked cases."""
        return tuple(case for case in cases() if case.rule == self.id)

    @property
    def remarks(self) -> list[str]:
        """Lines worked out from parameters and checks, in the current language."""
        module = f"{package_of(self.room)}.remarks"
        if find_spec(module) is None:
            return []
        make = import_module(module).REMARKS.get(self.id)
        return list(make()) if make else []


def payment(posting: Posting) -> str:
    """``payer → payee: what for``, in the current language."""
    payer, payee = (t(*PARTY_LABELS[party]) for party in (posting.payer, posting.payee))
    return f"{payer} → {payee}{t('：', ': ')}{t(posting.zh, posting.en)}"


def room_label(room: str) -> str:
    """The measure of a rule as a person reads it."""
    from kejin_sim.parameters.registry import sections

    return t("世界", "world") if room == WORLD else t(*sections()[f"measures.{room}"])


def _rule(row: dict[str, Any], room: str) -> Rule:
    fields: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in row.items()}
    return Rule(room=room, **fields)


@cache
def rules() -> tuple[Rule, ...]:
    """Every rule built so far: the measures in order, then the world."""
    found: list[Rule] = []
    for room in ROOMS:
        text = resources.files(package_of(room)).joinpath("rules.toml").read_text(encoding="utf-8")
        found += [_rule(row, room) for row in tomllib.loads(text)["rule"]]
    return tuple(found)


@cache
def by_id() -> dict[str, Rule]:
    """Every rule by its id."""
    return {rule.id: rule for rule in rules()}
