"""What a user's file says that may be a slip: values outside the usual range, keys that do nothing, signs no report can print."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kejin_sim.cli.app import main
from kejin_sim.cli.notices import notices, tell
from kejin_sim.scenario.changes import changed_keys
from kejin_sim.scenario.files import bundled
from kejin_sim.scenario.load import load_base, load_scenario
from kejin_sim.scenario.scenario import Scenario

HEAD = "title: 例\nauthor: 测试\ndate: 2025-01\nbased_on: 起草说明\nextends: demo\n"  # five lines


pytestmark = pytest.mark.usefixtures("chinese")


def _loaded(here: Path, text: str, head: str = HEAD) -> Scenario:
    path = here / "a.yaml"
    path.write_text(head + text, encoding="utf-8")
    return load_scenario(path)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("measures:\n  equity:\n    loss_tolerance: {rate: 0.6%}\n",
         "第8行 measures.equity.loss_tolerance.rate（亏损容忍率）：0.6% 在常用范围 30%–80% 之外"),
        ("budget:\n  angel_fund: {amount: 300亿元}\n",
         "第7行 budget.angel_fund.amount（天使引导基金年度安排）：300亿元 是默认值 3亿元 的100倍"),
        ("budget:\n  angel_fund: {by_year: {2026: 300亿元}}\n", "300亿元 是默认值 3亿元 的100倍"),
        ("measures:\n  credit:\n    relending: {quota: 50万元}\n", "50万元 只有默认值 5000万元 的100分之一"),
        ("world:\n  value: {drift: [0.2, -0.03, -0.001, -0.03, 0.006, -0.07, -0.1]}\n", "：0.2 与默认值 -0.0552 符号相反，请核对"),
    ],
)  # fmt: skip
def test_a_value_far_from_the_usual_is_told_with_its_line(tmp_path: Path, text: str, said: str) -> None:
    (slip,) = _loaded(tmp_path, text).slips
    assert said in slip.zh
    assert slip.severity == "notice"


@pytest.mark.parametrize(
    "text", ["budget:\n  angel_fund: {amount: 6亿元}\n", "measures:\n  equity:\n    loss_tolerance: {rate: 50%}\n"]
)
def test_a_usual_value_is_no_slip(tmp_path: Path, text: str) -> None:
    assert not _loaded(tmp_path, text).slips


@pytest.mark.parametrize("name", list(bundled()))
def test_bundled_scenarios_have_no_slip(name: str) -> None:
    assert not load_scenario(name).slips


@pytest.mark.parametrize("name", ["demo", "ningbo", "status_quo", "tolerance_80", "without_pilots", "seed_only"])
def test_the_scenario_of_a_run_is_no_slip(tmp_path: Path, name: str) -> None:
    """It holds every number that was played, those of a small city too, and nobody wrote them by mistake."""
    file = tmp_path / "scenario.yaml"
    file.write_text(load_scenario(name).dump(), encoding="utf-8")
    assert load_scenario(file).slips == ()
    changed = file.read_text(encoding="utf-8").replace("pool:  # 风险池\n", "pool:\n", 1)
    lines = changed.splitlines()
    at = next(i for i, line in enumerate(lines) if line.strip().startswith("size:") and "风险池规模" in line)
    lines[at] = lines[at].split("size:")[0] + "size: 10万元"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert [slip.keys for slip in load_scenario(file).slips if slip.unusual] == [("measures.credit.pool.size",)]


def test_what_to_look_at_fits_the_number(tmp_path: Path) -> None:
    (money,) = _loaded(tmp_path, "measures:\n  pilots:\n    aic: {size: 1000万元}\n").slips
    assert money.zh.endswith("请核对单位与百分号。")
    (heads,) = _loaded(tmp_path, "measures:\n  people:\n    adviser: {number: 30}\n").slips
    assert heads.zh.endswith("之外，请核对。")
    assert heads.en.endswith("please check.")


def test_many_unusual_numbers_are_counted_before_a_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = """measures:
  people: {institutions: 11, settlement: {firms_per_year: 40}, deputy: {per_year: 150}, adviser: {number: 30}}
  commercialisation: {landing: {provincial: 11}, securitisation: {firms: 30, min_score: 90}}
"""
    loaded = _loaded(tmp_path, text)
    assert sum(slip.unusual for slip in loaded.slips) == 7
    assert sum("常用范围" in said for said in notices(loaded)) == 7
    tell([loaded])
    said = [line for line in capsys.readouterr().err.splitlines() if "常用范围" in line]
    assert len(said) == 6
    assert said[-1] == "注意：另有 2 项在常用范围之外，见 kejin check。"


def test_keys_of_a_measure_that_is_off_are_told(tmp_path: Path) -> None:
    text = "only: [equity]\nbudget:\n  risk_pool: {amount: 3亿元}\nmeasures:\n  credit:\n    pool: {size: 5000万元}\n"
    terms, money = _loaded(tmp_path, text).slips
    assert "第2条" in terms.zh
    assert "不起作用" in terms.zh
    assert "第11行 measures.credit.pool.size" in terms.zh
    assert "第8行 budget.risk_pool.amount" in money.zh
    assert "不会使用" in money.zh
    (reward,) = _loaded(tmp_path, "measures:\n  equity:\n    enabled: false\n    seed_direct: {reward: 30%}\n").slips
    assert "第1条" in reward.zh
    assert "第9行 measures.equity.seed_direct.reward" in reward.zh


def test_what_is_taken_away_by_hand_is_no_slip(tmp_path: Path) -> None:
    """A measure switched off together with its money, and the keys of measures that are on."""
    text = "measures:\n  credit: {enabled: false}\n  equity:\n    seed_direct: {reward: 30%}\nbudget:\n  risk_pool: {amount: 0元}\n"
    assert not _loaded(tmp_path, text).slips


def test_the_twin_of_a_file_is_looked_at_as_well(tmp_path: Path) -> None:
    text = "baseline:\n  measures:\n    equity:\n      enabled: false\n      seed_direct: {reward: 10%}\n"
    (slip,) = _loaded(tmp_path, text).slips
    assert "第10行 baseline.measures.equity.seed_direct.reward" in slip.zh
    assert "baseline.measures.equity.enabled: true" in slip.zh


def test_signs_that_no_report_can_print_are_told_together(tmp_path: Path) -> None:
    head = HEAD.replace("title: 例", "title: 𠮷野龘😀方案").replace("author: 测试", "author: 𠮷局")
    (said,) = [n for n in notices(_loaded(tmp_path, "", head)) if "字体" in n]
    assert "𠮷（U+20BB7，title 第1行第8列）、😀（U+1F600，title 第1行第11列）、𠮷（U+20BB7，author 第2行第9列）" in said
    assert not [n for n in notices(_loaded(tmp_path, "")) if "字体" in n]


def test_check_lists_what_differs_from_the_base(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    scenario = _loaded(tmp_path, "budget:\n  angel_fund: {amount: 300亿元}\n")
    base = load_base(tmp_path / "a.yaml")
    assert base is not None
    assert base.values == load_scenario("demo").values
    assert scenario.values != base.values
    assert main(["check", str(tmp_path / "a.yaml")]) == 0
    said = capsys.readouterr().out
    assert "  budget.angel_fund.amount（天使引导基金年度安排）：6000万元 → 300亿元" in said
    assert "100倍" in said
    assert main(["check", str(tmp_path / "a.yaml"), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["differences"] == [{"key": "budget.angel_fund.amount", "base": "6000万元", "value": "300亿元"}]
    assert [n for n in told["notices"] if "100倍" in n]
    years = _loaded(tmp_path, "budget:\n  angel_fund: {by_year: {2026: 1亿元}}\nbaseline: none\n")
    told = [(change.key, change.old, change.new) for change in changed_keys(base, years)]
    assert told[0] == ("budget.angel_fund.by_year.2026", "6000万元（同每年安排）", "1亿元")
    back = changed_keys(years, base)[0]
    assert (back.zh, back.old, back.new) == ("天使引导基金年度安排，2026年", "1亿元", "6000万元（同每年安排）")
    assert told[1][::2] == ("baseline", "none")
    assert load_base("ningbo") is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("baseline: a.yaml\n", "差异会处处为 0"),
        ("baseline: {budget: {angel_fund: {amount: 1亿元}}}\n", "十条措施它也都实施"),
        ("baseline: {only: [credit]}\n", ""),
        ("baseline: no_policy\n", ""),
    ],
)
def test_a_baseline_that_makes_no_difference_is_told(tmp_path: Path, text: str, said: str) -> None:
    scenario = _loaded(tmp_path, text, HEAD.replace("demo", "ningbo"))
    assert scenario.baseline is not None
    assert scenario.baseline.title != "baseline"
    found = [slip.zh for slip in scenario.slips if slip.keys == ("baseline",)]
    assert len(found) == bool(said)
    assert all(said in one for one in found)
