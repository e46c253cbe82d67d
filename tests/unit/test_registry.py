"""The registry proves itself: every number parses, lies within its bounds, and says where it comes from."""

from __future__ import annotations

import math
import sys

import numpy as np
import pytest

from kejin_sim.lang import language, set_language
from kejin_sim.measures import MEASURES
from kejin_sim.parameters import EVIDENCE, Parameter, by_key, numeric_groups, registry, registry_digest, sources
from kejin_sim.parameters.registry import GENERAL_GROUPS, KINDS, ROLES, budget_lines, sections
from kejin_sim.scenario.inputs import record, record_dtype
from kejin_sim.scenario.scenario import default_values
from kejin_sim.units import UnitError


@pytest.fixture(params=registry(), ids=lambda parameter: parameter.key)
def parameter(request: pytest.FixtureRequest) -> Parameter:
    found: Parameter = request.param
    return found


def test_keys_are_unique_and_grouped() -> None:
    keys = [parameter.key for parameter in registry()]
    assert len(keys) == len(set(keys))
    assert {parameter.group for parameter in registry()} <= {*GENERAL_GROUPS, *MEASURES}
    assert sum(map(len, numeric_groups().values())) == len(keys)
    for members in numeric_groups().values():
        assert len({p.field for p in members}) == len(members)


def test_every_note_has_its_english() -> None:
    """A note is written in both languages or in none; the English one is English, with the same figures."""
    for parameter in registry():
        assert bool(parameter.note) == bool(parameter.note_en), parameter.key
        assert not any("\u4e00" <= c <= "\u9fff" for c in parameter.note_en), parameter.key
        assert parameter.note_en.strip() == parameter.note_en
    before = language()
    parameter = by_key()["world.macro.lpr"]
    for name, words in (("zh", "全期不变"), ("en", "constant over the whole time")):
        set_language(name)
        assert words in parameter.remark
    set_language(before)


def test_no_key_is_a_section_of_another() -> None:
    paths = {parameter.path for parameter in registry()}
    assert not [path for path in paths for depth in range(1, len(path)) if path[:depth] in paths]


def test_parameter_is_well_formed(parameter: Parameter) -> None:
    assert parameter.kind in KINDS
    assert parameter.role in ROLES
    assert parameter.evidence in EVIDENCE
    assert parameter.zh.strip()
    assert parameter.en.strip()
    assert parameter.en.isascii() or "–" in parameter.en or any(c in parameter.en for c in "→≥≤σρ…β√²")
    if parameter.evidence in ("SEED", "S", "S2"):
        assert parameter.source, "a sourced number names its source"
    if parameter.source:
        assert parameter.source in sources()


def test_value_lies_within_bounds(parameter: Parameter) -> None:
    values = parameter.value if isinstance(parameter.value, tuple) else (parameter.value,)
    assert all(math.isfinite(value) for value in values)
    if parameter.low is not None and parameter.high is not None:
        assert parameter.low < parameter.high
        assert all(parameter.low <= value <= parameter.high for value in values)
        if parameter.plausible:
            low, high = parameter.plausible
            assert parameter.low <= low < high <= parameter.high
    if parameter.sums_to_one:
        assert sum(values) == pytest.approx(1.0, abs=1e-9)


def test_list_has_labels_for_its_positions(parameter: Parameter) -> None:
    if parameter.length is None:
        assert not isinstance(parameter.value, tuple)
    else:
        assert isinstance(parameter.value, tuple)
        assert len(parameter.value) == parameter.length == len(parameter.labels_zh) == len(parameter.labels_en)


def test_choice_has_labels(parameter: Parameter) -> None:
    assert bool(parameter.choices) == (parameter.kind == "choice")
    assert len(set(parameter.choices)) == len(parameter.choices)
    assert len(parameter.choices_zh) == len(parameter.choices)


def test_exact_text_reads_back(parameter: Parameter) -> None:
    values = parameter.value if isinstance(parameter.value, tuple) else (parameter.value,)
    edges = [edge for edge in (parameter.low, parameter.high) if edge is not None]
    for value in (*values, *edges):
        assert parameter.parse(parameter.exact(value)) == value


@pytest.mark.parametrize("language", ["zh", "en"])
def test_value_outside_bounds_is_refused_with_the_range(parameter: Parameter, language: str) -> None:
    set_language(language)
    if parameter.low is None or parameter.high is None:
        return
    for outside in (parameter.low - 1, parameter.high + 1 + abs(parameter.high)):
        with pytest.raises(UnitError) as error:
            parameter.check_bounds(outside)
        assert parameter.exact(parameter.low) in error.value.hint_zh
        assert parameter.exact(parameter.high) in error.value.hint_en


def test_sources_are_complete_and_have_both_titles() -> None:
    for identifier, source in sources().items():
        assert source.id == identifier
        assert source.title_zh
        assert source.title_en
        assert source.issuer_zh
        assert source.issuer_en
        assert source.year.isdigit()


def test_sections_have_labels() -> None:
    wanted = {".".join(p.path[:depth]) for p in registry() for depth in range(1, len(p.path))}
    assert wanted == set(sections())


def test_records_carry_every_value() -> None:
    values = default_values()
    for group, members in numeric_groups().items():
        row = record(group, values)
        assert row.dtype.names == tuple(p.field for p in members)
        for p in members:
            assert record_dtype(group)[p.field].base == (np.int64 if p.is_integer else np.float64)
            np.testing.assert_array_equal(row[p.field], np.asarray(p.value))


def test_years_are_floats_and_time_stands_at_the_top_level() -> None:
    assert by_key()["time.policy_years"].path == ("policy_years",)
    assert isinstance(record("equity", default_values())["angel_subfunds_life_years"], np.float64)


def test_budget_lines_and_digest() -> None:
    assert budget_lines()[0] == "angel_fund"
    assert len(registry_digest()) == 64


@pytest.mark.parametrize("table", ["line_rows", "sources", "sections"])
def test_the_digest_is_of_sources_and_labels_too(table: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A corrected title of a source or label of a section is other data. (The package has a function of the name of the module.)"""
    before = registry_digest.__wrapped__()
    assert before == registry_digest()
    monkeypatch.setattr(sys.modules[registry_digest.__module__], table, dict)
    assert registry_digest.__wrapped__() != before
