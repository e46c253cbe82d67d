"""Scenarios as a person writes them: extending, merging, worlds, baselines, resolved text, values set by a program."""

from __future__ import annotations

import copy
import json
import os
import pickle
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

import jsonschema
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from kejin_sim.cli.app import COMMANDS, main
from kejin_sim.errors import InputError
from kejin_sim.lang import set_language
from kejin_sim.parameters import Parameter, by_key, registry
from kejin_sim.parameters.registry import budget_lines
from kejin_sim.scenario import files
from kejin_sim.scenario.evidence import evidence
from kejin_sim.scenario.inputs import Inputs, digest_of, record
from kejin_sim.scenario.load import load_scenario
from kejin_sim.scenario.model import json_schema
from kejin_sim.scenario.scenario import Scenario, default_values, set_values
from kejin_sim.timeline import Quarter

HEAD = "title: 例\nauthor: 测试\ndate: 2025-01\nbased_on: 起草说明\n"
ALONE = HEAD + "baseline: none\n"
OFF = r"(?m)^( *)#([a-z_.]+: \S)"
"""A key that `kejin new` writes as a comment."""

Write = Callable[..., Path]


pytestmark = pytest.mark.usefixtures("chinese")


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def put(text: str, name: str = "a.yaml") -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    return put


def same_numbers(one: Scenario, other: Scenario) -> bool:
    return one.digest == other.digest and dict(one.values) == dict(other.values)


def test_letterhead_alone_gives_the_defaults(write: Write) -> None:
    scenario = load_scenario(write(ALONE))
    assert scenario.values == default_values()
    assert scenario.given == frozenset()
    assert scenario.baseline is None
    assert scenario.start == Quarter(2025, 1)
    inputs = scenario.inputs()
    assert inputs.twin is None
    assert inputs.package["equity"]["seed_direct_ticket"] == 200 * 1e4
    assert inputs.time["policy_years"] == 10
    np.testing.assert_array_equal(inputs.world["arrivals_mix"], [0.72, 0.15, 0.13])
    assert inputs.appropriation.shape == (2, len(budget_lines()), 10)
    assert inputs.extra_arrivals.shape == ((5 + 20) * 4,)
    assert inputs.burn_in_quarters == 5 * 4
    assert inputs.horizon_quarters == 20 * 4


def test_moves_between_books_are_approved_by_the_scenario(write: Write) -> None:
    assert not load_scenario("ningbo").allow_book_moves
    approved = load_scenario(write(ALONE + "allow_book_moves: 是\n", "base.yaml"))
    assert approved.allow_book_moves
    assert load_scenario(write(approved.dump(), "again.yaml")).allow_book_moves
    assert load_scenario(write(HEAD + "extends: base.yaml\n")).allow_book_moves
    assert not load_scenario(write(HEAD + "extends: base.yaml\nallow_book_moves: no\n", "b.yaml")).allow_book_moves
    assert set_values(approved, {"time.policy_years": 3}).allow_book_moves
    assert approved.digest == replace(approved, allow_book_moves=False).digest


def test_inputs_are_frozen(write: Write) -> None:
    inputs = load_scenario(write(ALONE)).inputs()
    for kept in (inputs, pickle.loads(pickle.dumps(inputs)), copy.deepcopy(inputs)):
        for array in (kept.appropriation[0, 0], kept.extra_arrivals):
            with pytest.raises(ValueError, match="read-only"):
                array[0] = 1
        for own, field in ((kept.world, "arrivals_per_year"), (kept.package["equity"], "angel_subfunds_calls"),
                              (kept.valuation, 0), (kept.time, "policy_years")):  # fmt: skip
            with pytest.raises(ValueError, match="read-only"):
                own[field] = 1
        with pytest.raises(ValueError, match="read-only"):
            kept.package["equity"]["angel_subfunds_calls"][0] = 1.0
        with pytest.raises(TypeError):
            kept.package["equity"] = None  # type: ignore[index]


def test_inputs_do_not_change_with_what_they_were_made_of() -> None:
    time, appropriation = record("time", default_values()), np.zeros((2, 1, 1))
    shared = {group: record(group, default_values()) for group in ("world", "behaviour", "valuation")}
    inputs = Inputs(time, **shared, package={}, twin=None, appropriation=appropriation,
                    extra_arrivals=np.zeros(1, dtype=np.int64), start=(2025, 1), digest="")  # fmt: skip
    years = inputs.policy_years
    time["policy_years"] = years + 1
    appropriation[0] = 1.0
    assert inputs.policy_years == years
    assert not inputs.appropriation.any()


def test_units_chinese_words_and_widths(write: Write) -> None:
    scenario = load_scenario(
        write(
            ALONE + "measures:\n  equity:\n    enabled: 是\n"
            "    seed_direct: {ticket: ３００ 万元, reward_netting: 按年度批次}\n"
            "    angel_subfunds: {life_years: 36个月, investment_years: 2年, calls: [0.4, 30%, 300‰]}\n"
            "    soe_purchase: {appraisal_lag: 1年}\n"
        )
    )
    equity = scenario.inputs().package["equity"]
    assert equity["seed_direct_ticket"] == 300 * 1e4
    assert equity["seed_direct_reward_netting"] == 1
    assert equity["angel_subfunds_life_years"] == 3.0
    assert equity["soe_purchase_appraisal_lag"] == 4
    np.testing.assert_array_equal(equity["angel_subfunds_calls"], [0.4, 0.3, 0.3])


def test_windows_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + (ALONE + "policy_years: 3\n").replace("\n", "\r\n").encode())
    assert load_scenario(path).values["time.policy_years"] == 3


def test_extends_merges_mappings_and_replaces_the_rest(write: Write) -> None:
    write(
        ALONE + "policy_years: 4\nmeasures:\n  equity:\n    seed_direct: {ticket: 300万元, reward: 10%}\n"
        "    angel_subfunds: {calls: [50%, 50%, 0%]}\nbudget: {angel_fund: {by_year: {2025: 4亿元, 2026: 5亿元}}}\n",
        "base.yaml",
    )
    scenario = load_scenario(
        write(
            HEAD + "extends: base.yaml\nmeasures:\n  equity:\n    seed_direct: {reward: 30%}\n"
            "    angel_subfunds: {calls: [20%, 20%, 60%]}\nbehaviour:\nbudget: {angel_fund: {by_year: {2026: 6亿元}}}\n"
        )
    )
    values = scenario.values
    assert values["measures.equity.seed_direct.ticket"] == 300 * 1e4
    assert values["measures.equity.seed_direct.reward"] == 0.3
    assert values["measures.equity.angel_subfunds.calls"] == (0.2, 0.2, 0.6)
    assert values["time.policy_years"] == 4
    assert scenario.by_year == {"angel_fund": {2025: 4e8, 2026: 6e8}}
    assert list(scenario.inputs().appropriation[0, 0]) == [4e8, 6e8, 3e8, 3e8]
    assert scenario.baseline is None, "the baseline is inherited"
    assert scenario.letterhead.title == "例", "the letterhead is not"


def test_relative_names_start_from_the_file_that_says_them(write: Write) -> None:
    write(ALONE + "policy_years: 7\n", "deep/base.yaml")
    write(HEAD + "extends: base.yaml\nbaseline: old.yaml\n", "deep/middle.yaml")
    write(ALONE + "measures: {equity: {enabled: false}}\n", "deep/old.yaml")
    scenario = load_scenario(write(HEAD + "extends: deep/middle.yaml\n"))
    assert scenario.values["time.policy_years"] == 7
    assert scenario.baseline is not None
    assert scenario.baseline.name == "old"


def test_world_is_a_name_a_file_or_a_section_that_extends_one(write: Write) -> None:
    write("title: 世界\nworld:\n  arrivals: {per_year: 50}\n  macro: {lpr: 2%}\n", "w1.yaml")
    write("world: {extends: w1.yaml, macro: {lpr: 4%}}\n", "w2.yaml")
    named = load_scenario(write(ALONE + "world: w2.yaml\n"))
    assert named.values["world.arrivals.per_year"] == 50
    assert named.values["world.macro.lpr"] == 0.04
    section = load_scenario(write(ALONE + "world: {extends: w2.yaml, arrivals: {per_year: 60}}\n"))
    assert section.values["world.arrivals.per_year"] == 60
    assert section.values["world.macro.lpr"] == 0.04


def test_who_names_a_world_means_that_world_whole(write: Write) -> None:
    write("world:\n  macro: {lpr: 2%}\n", "w.yaml")
    write(ALONE + "world:\n  arrivals: {per_year: 50}\n", "base.yaml")
    named = load_scenario(write(HEAD + "extends: base.yaml\nworld: w.yaml\n"))
    assert named.values["world.arrivals.per_year"] == by_key()["world.arrivals.per_year"].value
    merged = load_scenario(write(HEAD + "extends: base.yaml\nworld: {macro: {lpr: 2%}}\n"))
    assert merged.values["world.arrivals.per_year"] == 50


def test_books_may_open_within_a_fiscal_year(write: Write) -> None:
    scenario = load_scenario(write(ALONE + "start: 2025Q3\nworld: {extra_arrivals: {2034Q4: 1}}\n"))
    assert scenario.inputs().start == (2025, 3)
    assert "2025 年只有 2 个季度" in scenario.notices[0].zh


def test_without_a_baseline_the_burn_in_has_the_packages_own_budget(write: Write) -> None:
    appropriation = load_scenario(write(ALONE + "budget: {angel_fund: {amount: 4亿元}}\n")).inputs().appropriation
    np.testing.assert_array_equal(appropriation[1], appropriation[0])
    assert appropriation[1, 0, 0] == 4e8


def test_twin_takes_measures_and_budget_only(write: Write) -> None:
    write(
        HEAD + "baseline: nowhere.yaml\npolicy_years: 3\nbehaviour: {crowd_out: 0%}\n"
        "measures: {equity: {enabled: false}}\nbudget: {angel_fund: {amount: 1亿元}}\n",
        "old.yaml",
    )
    scenario = load_scenario(write(HEAD + "baseline: old.yaml\npolicy_years: 6\n"))
    inputs = scenario.inputs()
    assert inputs.twin is not None
    assert inputs.twin["equity"]["enabled"] == 0
    assert inputs.package["equity"]["enabled"] == 1
    assert inputs.time["policy_years"] == 6
    assert inputs.behaviour["crowd_out"] == 0.3
    assert list(inputs.appropriation[1, 0]) == [1e8] * 6
    (notice,) = scenario.notices
    assert "behaviour.crowd_out" in notice.zh
    assert "policy_years" in notice.zh
    assert "取自本方案" in notice.zh


def test_a_baseline_that_begins_at_another_time_is_noticed(write: Write) -> None:
    """It is the package's quarter that counts, and the only thing in which the two files differ."""
    write(HEAD + "start: 2024Q2\nbaseline: nowhere.yaml\n", "old.yaml")
    (notice,) = load_scenario(write(HEAD + "start: 2025Q1\nbaseline: old.yaml\n")).notices
    assert notice.keys == ("start",)
    assert "取自本方案" in notice.zh


def test_the_digest_knows_which_group_a_number_is_in() -> None:
    one = np.zeros((), [("x", "f8")])[()]
    two = np.ones((), [("x", "f8")])[()]
    assert digest_of({"a": one, "b": two}, {}, (2025, 1)) != digest_of({"b": one, "a": two}, {}, (2025, 1))
    assert digest_of({"a": one}, {}, (2025, 1)) != digest_of({"b": one}, {}, (2025, 1))
    assert digest_of({"a": one}, {}, (2025, 1)) != digest_of({"a": one}, {}, (2025, 2))


def test_notice_when_the_plan_exceeds_the_budget(write: Write) -> None:
    scenario = load_scenario(write(ALONE + "budget: {angel_fund: {amount: 1亿元}}\n"))
    # 3 funds × 1亿元 × 50 % + 24 tickets × 200万元 = 1.98亿元
    assert "1.98亿元" in scenario.notices[0].zh


def test_budget_of_zero_is_allowed(write: Write) -> None:
    zero = "budget: {" + ", ".join(f"{line}: {{amount: 0元}}" for line in budget_lines()) + "}\n"
    assert load_scenario(write(ALONE + zero)).inputs().appropriation.sum() == 0.0


def test_checks_of_a_measure_are_silent_when_it_is_off(write: Write) -> None:
    off = "measures: {equity: {enabled: false, angel_subfunds: {gov_share: 70%, catch_up: 1%}}}\n"
    assert not load_scenario(write(ALONE + off)).inputs().package["equity"]["enabled"]


def test_uncertain_ranges(write: Write) -> None:
    scenario = load_scenario(
        write(
            ALONE + "uncertain:\n  world.failure.hazard[1]: {low: 3%, high: 9%, source: 假设}\n"
            "  policy_years: {low: 5, high: 15}\n"
            "  world.failure.quality: {low: 0.1, high: 0.5, distribution: triangular, mode: 0.2}\n"
        )
    )
    first = scenario.uncertain["world.failure.hazard[1]"]
    assert (first.key, first.index) == ("world.failure.hazard", 0)
    assert (first.low, first.high, first.source) == (0.03, 0.09, "假设")
    assert scenario.uncertain["policy_years"].key == "time.policy_years"
    assert scenario.uncertain["world.failure.quality"].mode == 0.2


def test_extra_arrivals_count_from_the_burn_in(write: Write) -> None:
    scenario = load_scenario(write(ALONE + "world: {extra_arrivals: {2026Q1: 2, 2020Q1: 1}}\n"))
    extra = scenario.inputs().extra_arrivals
    assert extra[5 * 4 + 4] == 2
    assert extra[0] == 1
    assert extra.sum() == 3


RICH = (
    'title: "引号 \\" 与 # 井号: 冒号"\nauthor: "换\\n行"\ndate: 2025-01-15\n'
    'based_on: "\\u2028 \\x07 \\U0001F600 <b>"\n'
    "description: |\n  第一行\n  - 第二行: x\n"
    "policy_years: 6\nstart: 2026Q1\n"
    "budget: {angel_fund: {amount: 3.3亿元, by_year: {2027: 12345.67万元}}}\n"
    "measures:\n  equity:\n    chain_funds: {contribution: [25%, 33.3333%, 50%]}\n"
    "world: {extra_arrivals: {2026Q3: 2}, failure: {quality: 0.1}}\n"
    "uncertain:\n  world.failure.quality:\n"
    "    {low: 0.1, high: 0.5, distribution: triangular, mode: 0.2, source: 'a, b} c'}\n"
    "baseline:\n  title: 写在方案里的基准\n  budget: {angel_fund: {by_year: {2028: 2亿元}}}\n"
    "  measures: {equity: {seed_direct: {ticket: 100万元}}}\n"
)


def test_resolved_text_reads_back_the_same(write: Write) -> None:
    scenario = load_scenario(write(RICH))
    again = load_scenario(write(scenario.dump(), "resolved.yaml"))
    assert same_numbers(scenario, again)
    assert again.letterhead == scenario.letterhead
    assert again.uncertain == scenario.uncertain
    assert again.given == frozenset(by_key()), "every key stands in the resolved text"
    assert again.baseline is not None
    assert again.baseline.title == "写在方案里的基准"
    assert again.dump() == scenario.dump()


@cache
def _plain() -> Scenario:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.yaml"
        path.write_text(ALONE, encoding="utf-8")
        return load_scenario(path)


def _as_read(text: str) -> str:
    """A text of the letterhead as it is kept: one line, without control characters."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


@settings(deadline=None, max_examples=40)
@given(st.text(min_size=1, max_size=60).map(_as_read).filter(bool))
def test_no_text_of_a_user_can_break_the_resolved_file(text: str) -> None:
    scenario = _plain()
    changed = replace(scenario, letterhead=replace(scenario.letterhead, title=text, description=text))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.yaml"
        path.write_text(changed.dump(), encoding="utf-8", newline="")
        again = load_scenario(path)
    assert again.letterhead == changed.letterhead
    assert again.digest == scenario.digest


def test_set_values_takes_texts_and_numbers() -> None:
    scenario = _plain()
    changed = set_values(
        scenario,
        {
            "measures.equity.seed_direct.ticket": "300万元",
            "measures.equity.seed_direct.reward": 0.3,
            "measures.equity.loss_tolerance.basis": "gross",
            "world.failure.hazard[2]": "8%",
            "measures.equity.angel_subfunds.calls": [0.5, 0.25, 0.25],
            "policy_years": np.int64(5),
            "budget.angel_fund.by_year": {2026: "5亿元"},
            "world.extra_arrivals": {"2026Q1": 1},
            "start": "2026Q1",
        },
    )
    assert changed.values["measures.equity.seed_direct.ticket"] == 3e6
    assert changed.values["world.failure.hazard"][1] == 0.08  # type: ignore[index]
    assert changed.inputs().appropriation[0, 0, 0] == 5e8
    assert changed.inputs().extra_arrivals.sum() == 1
    assert changed.digest != scenario.digest
    assert scenario.values["time.policy_years"] == 10, "the original is untouched"
    assert set_values(scenario, {}).digest == scenario.digest


def test_set_values_changes_the_twin(write: Write) -> None:
    scenario = load_scenario(write(HEAD + "baseline: {title: 旧}\n"))
    changed = set_values(scenario, {"baseline.measures.equity.enabled": False})
    inputs = changed.inputs()
    assert inputs.twin is not None
    assert not inputs.twin["equity"]["enabled"]
    assert inputs.package["equity"]["enabled"]
    with pytest.raises(InputError, match="来自方案"):
        set_values(scenario, {"baseline.world.macro.lpr": 0.01})


def test_set_values_reports_every_problem() -> None:
    with pytest.raises(InputError) as error:
        set_values(_plain(), {"world.failur.quality": 1, "policy_years": 99, "world.failure.hazard": [0.1]})
    assert len(error.value.problems) == 3
    with pytest.raises(InputError, match="追赶永远不会结束"):
        set_values(_plain(), {"measures.equity.angel_subfunds.catch_up": 0.1})


@pytest.mark.parametrize("parameter", registry(), ids=lambda parameter: parameter.key)
def test_every_key_changes_the_digest(parameter: Parameter) -> None:
    scenario = _plain()
    value = parameter.value
    other = (*value[:-1], value[-1] + 1) if isinstance(value, tuple) else value + 1
    changed = replace(scenario, values={**scenario.values, parameter.key: other})
    assert changed.digest != scenario.digest


# ---- names


@pytest.fixture
def bundle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "bundle"
    (folder / "worlds").mkdir(parents=True)
    (folder / "one.yaml").write_text(ALONE + "policy_years: 3\n", encoding="utf-8")
    (folder / "status_quo.yaml").write_text(ALONE + "measures: {equity: {enabled: false}}\n", encoding="utf-8")
    (folder / "two.yaml").write_text(HEAD + "extends: one\nworld: small\n", encoding="utf-8")
    (folder / "worlds" / "small.yaml").write_text("world: {arrivals: {per_year: 9}}\n", encoding="utf-8")
    monkeypatch.setattr(files, "bundled_folder", lambda: folder)
    return folder


def test_bundled_names_win_over_files_without_suffix(
    bundle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "one").write_text(ALONE + "policy_years: 4\n", encoding="utf-8")
    (tmp_path / "one.yaml").write_text(ALONE + "policy_years: 5\n", encoding="utf-8")
    assert load_scenario("one").values["time.policy_years"] == 3
    assert load_scenario("./one").values["time.policy_years"] == 4
    assert load_scenario("one.yaml").values["time.policy_years"] == 5
    two = load_scenario("two")
    assert two.values["time.policy_years"] == 3
    assert two.values["world.arrivals.per_year"] == 9


def test_status_quo_is_the_default_baseline(bundle: Path, write: Write) -> None:
    scenario = load_scenario(write(HEAD))
    assert scenario.baseline is not None
    assert scenario.baseline.name == "status_quo"
    assert load_scenario(write(ALONE)).baseline is None


# ---- commands that read scenarios


def test_a_wrong_scenario_is_answered_for_programs_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "w.yaml"
    path.write_text("title: t\nauthor: a\ndate: 2025-01\nbased_on: b\nextends: demo\nbudgett: 3\n", encoding="utf-8")
    assert main(["check", str(path), "--json", "--lang", "zh"]) == 2
    said = json.loads(capsys.readouterr().out)
    assert said["ok"] is False
    (problem,) = said["problems"]
    assert (problem["line"], problem["key"]) == (6, "budgett")
    assert "budget" in problem["hint"]


def test_check_says_what_the_scenario_is(write: Write, capsys: pytest.CaptureFixture[str]) -> None:
    path = write(RICH)
    assert main(["check", str(path), "--lang", "zh"]) == 0
    printed = capsys.readouterr().out
    assert "没有问题" in printed
    assert "政策 6 年" in printed
    assert "写在方案里的基准" in printed
    assert main(["check", str(path), "--json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert data["ok"] is True
    assert data["keys_given"] == 4
    assert data["digest"] == load_scenario(path).digest


@pytest.mark.parametrize("language", ["zh", "en"])
def test_new_writes_a_scenario_that_is_right_and_changes_nothing(
    language: str, write: Write, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    base = write(RICH, "base.yaml")
    target = tmp_path / "sub" / "new.yaml"
    target.parent.mkdir()
    assert main(["new", str(target), "--from", str(base), "--lang", language]) == 0
    assert str(target) in capsys.readouterr().out
    text = target.read_text(encoding="utf-8")
    assert text.startswith("# yaml-language-server: $schema=kejin.schema.json\n")
    assert same_numbers(load_scenario(target), load_scenario(base))
    # Every default that stands there as a comment is right when the sign before it, and nothing else, is removed.
    set_language("zh")
    target.write_text(re.sub(OFF, r"\1\2", text), encoding="utf-8")
    again = load_scenario(target)
    assert dict(again.values) == dict(load_scenario(base).values)
    assert len(again.given) > 100


def test_a_space_left_where_a_sign_was_deleted_is_found(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One key at a time, at every depth and in every kind of neighbourhood, its # overwritten by a space; and all at once."""
    target = tmp_path / "new.yaml"
    assert main(["new", str(target)]) == 0
    text = target.read_text(encoding="utf-8")
    places = [match for match in re.finditer(OFF, text) if not match[2].startswith("behaviour.")]
    lines = text.splitlines()
    above = [lines[text[: match.start()].count("\n") - 1] for match in places]
    first = {
        (len(line) - len(line.lstrip()), "#" in line[:12], len(match[1])): match
        for line, match in zip(above, places, strict=True)
    }
    assert {len(m[1]) for m in first.values()} >= {0, 2, 4, 6, 8}
    heard = set()
    for match in [*first.values(), places[-1]]:
        line = text[: match.start(2)].count("\n") + 1
        for others in (False, True):  # with every other key as it should be, too
            off = text[: match.start()], text[match.end() :]
            before, after = (re.sub(OFF, r"\1\2", part) if others else part for part in off)
            target.write_text(f"{before}{match[1]} {match[2]}{after}", encoding="utf-8")
            capsys.readouterr()
            if main(["check", str(target), "--lang", "zh"]) != 0:
                said = capsys.readouterr().err
                assert "去掉 # 时" in said, (match[2], said)
                assert f"第{line}行" in said or f":{line}:" in said, (match[2], said)
                heard.add((len(match[1]), others))
    assert {depth for depth, _ in heard} >= {0, 2, 4, 6, 8}


def test_a_base_on_another_drive_is_named_in_full(
    write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    base, target = write(RICH, "base.yaml"), tmp_path / "sub" / "new.yaml"
    target.parent.mkdir()

    def of_windows(path: object, start: object) -> str:
        raise ValueError("path is on mount 'Z:', start on mount 'C:'")

    monkeypatch.setattr(os.path, "relpath", of_windows)
    assert main(["new", str(target), "--from", str(base)]) == 0
    assert f"extends: {json.dumps(base.resolve().as_posix())}\n" in target.read_text(encoding="utf-8")
    assert same_numbers(load_scenario(target), load_scenario(base))


def test_schema_takes_what_is_bundled_and_what_new_writes(write: Write, tmp_path: Path) -> None:
    """An editor that follows the schema marks nothing in files that are right."""
    schema = jsonschema.Draft202012Validator(json_schema())
    assert main(["new", str(tmp_path / "new.yaml")]) == 0
    read = [*files.bundled().values(), tmp_path / "new.yaml", write(RICH, "rich.yaml")]
    for path in read:
        text = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
        plain = json.loads(json.dumps(text, default=str))  # a date is a text to the schema
        assert [error.message for error in schema.iter_errors(plain)] == [], path.name
    assert list(schema.iter_errors({**plain, "measures": {"equty": {}}}))


def test_a_conflict_is_told_at_the_users_own_key(write: Write, capsys: pytest.CaptureFixture[str]) -> None:
    for changes, key in (
        ("measures: {equity: {angel_subfunds: {min_third_party: 60%}}}", "min_third_party"),
        ("measures: {equity: {loss_tolerance: {unit: project}}}", "unit"),
        ("policy_years: 25", "policy_years"),
    ):
        path = write(f"{HEAD}extends: ningbo\n{changes}\n")
        assert main(["check", str(path), "--lang", "zh"]) == 2
        told = capsys.readouterr().err.splitlines()[2]
        assert told.startswith(f"{path}:6:"), told
        assert told.endswith(key), told


@pytest.mark.parametrize(
    ("line", "hint"),
    [
        ("measures.equity.seed_direct.ticket: 100万元", "measures: {equity: {seed_direct: {ticket: …}}}"),
        ("measures: {equity: {seed_direct.ticket: 100万元}}", "seed_direct: {ticket: …}"),
        ("measures:\n\u3000\u3000equity:\n    seed_direct: {ticket: 100万元}", "全角空格"),
        ("baseline: {on: [credit]}", "only"),
    ],
)
def test_a_key_in_another_dress_is_explained(
    line: str, hint: str, write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", str(write(f"{HEAD}extends: demo\n{line}\n")), "--lang", "zh"]) == 2
    assert hint in capsys.readouterr().err


def test_a_bundled_name_with_a_suffix_is_known(
    write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write(ALONE, "demos.yaml")
    monkeypatch.chdir(tmp_path)
    assert main(["check", "demo.yaml", "--lang", "zh"]) == 2
    assert "内置方案直接写名称，不带后缀：demo。" in capsys.readouterr().err


def test_check_counts_what_is_in_use(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "no_policy", "--json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert (data["keys_used"], data["assumptions"]) == evidence(load_scenario("no_policy"))
    assert data["keys_used"] < data["keys"]


def test_schema_describes_every_key_in_chinese(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema"]) == 0
    schema = json.loads(capsys.readouterr().out)
    assert {"title", "author", "date", "based_on"} <= set(schema["required"])
    assert schema["additionalProperties"] is False
    for parameter in registry():
        node = schema
        for part in parameter.path:
            reference = node.get("$ref") or next((o["$ref"] for o in node.get("anyOf", []) if "$ref" in o), None)
            node = schema["$defs"][reference.rsplit("/", 1)[-1]] if reference else node
            assert node.get("additionalProperties") is False
            node = node["properties"][part]
        assert node["title"] == parameter.zh
        assert parameter.zh in node["description"]
        leaf = node["items"] if parameter.length else node
        if parameter.kind == "money":
            texts = parameter.text if isinstance(parameter.text, list) else [parameter.text]
            assert all(re.search(leaf["pattern"], text) for text in texts)
            assert not re.search(leaf["pattern"], "200")
    assert main(["schema", "-o", str(tmp_path / "s.json")]) == 0
    assert json.loads((tmp_path / "s.json").read_text(encoding="utf-8")) == schema
    assert list(tmp_path.iterdir()) == [tmp_path / "s.json"]


def test_params_lists_and_tells(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["params", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert [row["key"] for row in rows] == [parameter.key for parameter in registry()]
    assert main(["params", "measures.equity.seed_direct", "--json"]) == 0
    assert all(row["key"].startswith("measures.equity.seed_direct.") for row in json.loads(capsys.readouterr().out))
    assert main(["params", "insurance", "--json"]) == 0
    keys = [row["key"] for row in json.loads(capsys.readouterr().out)]
    assert keys
    assert all(".insurance." in f".{key}" for key in keys)
    assert main(["params", "measures.equity.seed_direct.reward", "--lang", "zh"]) == 0
    card = capsys.readouterr().out
    for words in ("20%", "起草说明明文规定", "宁波市科学技术局", "E9", "净收益奖励给跟投方的比例"):
        assert words in card
    assert main(["params", "policy_years", "--lang", "en"]) == 0
    assert "assumption" in capsys.readouterr().out
    assert main(["params", "behaviour", "--lang", "zh"]) == 0
    table = capsys.readouterr().out
    assert "behaviour.crowd_out" in table
    assert "公共投资取代已有私人报价的概率" in table


@pytest.mark.parametrize(("language", "words"), [("zh", "命令："), ("en", "Commands:")])
def test_help_lists_every_command(language: str, words: str, capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in ([], ["--help"]):
        assert main(["--lang", language, *arguments] if arguments else []) == 0
        printed = capsys.readouterr().out
        for name, _ in COMMANDS:
            assert f"  {name} " in printed
    assert main(["--lang", language, "--help"]) == 0
    assert words in capsys.readouterr().out


def test_help_of_a_command_is_in_the_language(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--help", "--lang", "zh"]) == 0
    printed = capsys.readouterr().out
    assert "用法：" in printed
    assert "检查方案文件" in printed
    assert "Options" not in printed
    assert main(["check", "--help", "--lang", "en"]) == 0
    printed = capsys.readouterr().out
    assert "check a scenario file" in printed
    assert not re.search(r"[\u4e00-\u9fff]", printed)


# ---- what is bundled


@pytest.mark.parametrize("name", sorted(files.bundled()))
def test_bundled_scenario_is_right_and_reads_back(name: str, write: Write) -> None:
    scenario = load_scenario(name)
    again = load_scenario(write(scenario.dump(), "resolved.yaml"))
    assert same_numbers(scenario, again)


@pytest.mark.parametrize("name", ["ningbo", "status_quo", "no_policy", "demo"])
def test_scenario_is_bundled(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert name in files.bundled()
    assert main(["check", name, "--lang", "zh"]) == 0
    assert load_scenario(name).title in capsys.readouterr().out


def test_ningbo_is_compared_with_the_status_quo_as_the_policy_document_says() -> None:
    scenario = load_scenario("ningbo")
    assert scenario.baseline is not None
    assert scenario.baseline.name == "status_quo"
    # 净收益的20%奖励给跟投方；60%的亏损容忍率
    assert scenario.values["measures.equity.seed_direct.reward"] == 20 / 100
    assert scenario.values["measures.equity.loss_tolerance.rate"] == 60 / 100


HEAVY = ("numpy", "numba", "pydantic", "rich", "ruamel.yaml", "pandas", "scipy", "pyarrow", "matplotlib", "simpy")


@pytest.mark.parametrize(
    ("arguments", "never"),
    [
        (["--help"], HEAVY),
        (["check", "ningbo"], ("numba", "pandas", "scipy", "pyarrow", "matplotlib", "simpy")),
        (["run", "demo", "--paths", "2", "--out", "kejin"], ("pandas", "matplotlib", "simpy")),
    ],
)
def test_a_command_imports_nothing_heavy_that_it_does_not_need(
    arguments: list[str], never: tuple[str, ...], tmp_path: Path
) -> None:
    """Each costs a tenth of a second or more at every start."""
    code = (
        f"import sys; from kejin_sim.cli.app import main; code = main({arguments!r});"
        f"loaded = [name for name in {never!r} if name in sys.modules];"
        "sys.exit(f'loaded: {loaded}' if loaded else code)"
    )
    environment = os.environ | {"PYTHONIOENCODING": "utf-8"}  # a console's own encoding elsewhere
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, encoding="utf-8", env=environment, check=False, cwd=tmp_path
    )
    assert done.returncode == 0, done.stderr
    assert "kejin" in done.stdout


ENGLISH = 'title_en: "A case"\nbased_on_en: Explanatory note\ndescription: 说明\ndescription_en: What it is\n'


def told(scenario: Scenario) -> tuple[str, ...]:
    head = scenario.letterhead.told
    assert scenario.title == head.title
    against = scenario.baseline.title if scenario.baseline is not None else ""
    return head.title, head.based_on, head.description, against


def test_english_readers_are_told_the_english_letterhead(write: Write) -> None:
    path = write(HEAD + ENGLISH + "baseline: status_quo\n")
    loaded = load_scenario(path)
    assert told(loaded) == ("例", "起草说明", "说明", "宁波现行政策")
    set_language("en")
    assert told(loaded) == ("A case", "Explanatory note", "What it is", "Ningbo, present policy")
    assert loaded.letterhead.title == "例", "what is stored is what the file has, whoever reads it"
    again = load_scenario(write(loaded.dump(), "again.yaml"))
    assert told(again) == told(loaded)
    set_language("zh")
    assert told(again) == told(loaded) == ("例", "起草说明", "说明", "宁波现行政策")


def test_without_english_the_text_of_the_file_is_told(write: Write) -> None:
    """A letterhead is never inherited, in no language: a file's English is not that of what it extends."""
    write(HEAD + ENGLISH + "baseline: none\n", "base.yaml")
    loaded = load_scenario(write(HEAD + "extends: ./base.yaml\nbaseline: {title: 别的}\n", "child.yaml"))
    set_language("en")
    assert told(loaded) == ("例", "起草说明", "", "别的")
    named = load_scenario(write(HEAD + "baseline: {title: 别的, title_en: Another}\n", "named.yaml"))
    assert told(named)[3] == "Another"
    assert told(load_scenario(write(named.dump(), "dumped.yaml")))[3] == "Another"


def test_bundled_scenarios_are_told_in_english() -> None:
    set_language("en")
    for name in files.bundled():
        head = load_scenario(name).letterhead
        for text in (head.title_en, head.based_on_en, head.description_en):
            assert text, name
            assert not re.search("[\u4e00-\u9fff]", text.replace("甬科资〔2023〕113号", "")), (name, text)
