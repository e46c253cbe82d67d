"""``kejin trace`` as a person types it: the story, one firm's life, the postings file, the verdict."""

from __future__ import annotations

import csv
import errno
import re
import threading
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pytest
import xlsxwriter

from kejin_sim import execution
from kejin_sim.cli import progress, trace_book, trace_ledger
from kejin_sim.cli.app import main
from kejin_sim.cli.trace import play
from kejin_sim.engine.run import simulate as compiled
from kejin_sim.jit import source_digest
from kejin_sim.lang import set_language
from kejin_sim.ledger import LINE_LABELS, PARTY_LABELS, Party
from kejin_sim.measures import MEASURES
from kejin_sim.measures.equity import postings as q
from kejin_sim.outcomes.registry import by_name
from kejin_sim.outcomes.view import Context, View
from kejin_sim.postings import postings
from kejin_sim.recording import BlockResult
from kejin_sim.rules import by_id, room_label
from kejin_sim.scenario.load import load_scenario
from kejin_sim.store.read import Run, open_run
from kejin_sim.world.postings import OPERATIONS

SMALL = """
extends: demo
title: 小方案
author: 测试
date: 2025-01
based_on: 演示方案
policy_years: 3
horizon_years: 6
burn_in_years: 1
world:
  arrivals: {per_year: 16}
"""
SEED, PATH = 11, 4
COLUMNS = ["world", "quarter", "payer", "payee", "rule", "amount", "entity"]


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("trace") / "small.yaml"
    path.write_text(SMALL, encoding="utf-8")
    return path


@pytest.fixture(autouse=True)
def chinese(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("KEJIN_LANG", "zh")
    yield
    set_language("auto")


def call(capsys: pytest.CaptureFixture[str], *words: object) -> tuple[int, list[str], str]:
    """Exit code, lines on standard output, text on standard error."""
    code = main([str(word) for word in words])
    said = capsys.readouterr()
    return code, said.out.splitlines(), said.err


def trace(capsys: pytest.CaptureFixture[str], small: Path, *words: object) -> tuple[int, list[str], str]:
    return call(capsys, "trace", small, "--path", PATH, "--seed", SEED, *words)


def records(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.fixture(scope="module")
def file(small: Path, tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, str]]:
    """The postings of the traced path."""
    path = tmp_path_factory.mktemp("postings") / "分录.csv"
    assert trace_ledger.write(path, play(load_scenario(str(small)), SEED, PATH)) > 1000
    return records(path)


def test_the_path_s_story(capsys: pytest.CaptureFixture[str], small: Path) -> None:
    code, lines, _ = trace(capsys, small)
    assert code == 0
    assert lines[0] == f"小方案 · 第 {PATH} 条路径（种子 {SEED}）· 方案"
    text = "\n".join(lines)
    assert not re.search("subfund|chain-|aic-|bank-", text)
    for year in range(2025, 2031):
        assert f"\n{year}年\n" in text
    for part in (
        "预算·天使引导基金：上年结转",
        "市财政：支出",
        "新设基金：链主基金2025-1",  # served first
        "天使子基金2025-1",
        "〔E8〕",
        "〔E4〕",
        "考核·",
    ):
        assert part in text
    assert re.fullmatch(r"对账：与编译引擎的账簿一致（2 个世界 × \d+ 类分录 × 24 季，最大相对差 \S+）。", lines[-1])


def test_the_twin_s_story_is_another(capsys: pytest.CaptureFixture[str], small: Path) -> None:
    _, package, _ = trace(capsys, small)
    code, twin, _ = trace(capsys, small, "--world", "twin")
    assert code == 0
    assert twin[0].endswith("基准")
    assert twin[2:-1] != package[2:-1]
    assert twin[-1] == package[-1]


def test_in_english(capsys: pytest.CaptureFixture[str], small: Path) -> None:
    code, lines, _ = trace(capsys, small, "--lang", "en")
    assert code == 0
    text = "\n".join(lines[1:]).replace("小方案", "")
    assert not re.search("[\u4e00-\u9fff，。；：、（）〔〕]", text)
    assert lines[-1].startswith("Ties to the compiled engine's ledger: 2 worlds")


def supported(small: Path) -> str:
    """A firm that the guidance fund led a round of in the package."""
    traced = play(load_scenario(str(small)), SEED, PATH)
    city = traced.cities[0]
    opening = city.clock.opening
    return next(e.entity for e in city.ledger.entries if e.code == q.SEED and e.quarter >= opening)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_firm_s_life(capsys: pytest.CaptureFixture[str], small: Path, language: str) -> None:
    key = supported(small)
    code, lines, _ = trace(capsys, small, "--enterprise", key, "--lang", language)
    assert code == 0
    assert key in lines[0]
    quarters = [line[:6] for line in lines if re.match(r"20\d\dQ[1-4] ", line)]
    assert quarters == sorted(quarters)
    assert quarters[0] <= key[:6] or key.startswith(quarters[0])
    text = "\n".join(lines)
    if language == "zh":
        assert "〔E8〕种子直投" in text
        assert "〔O1〕财政拨付引导基金（天使）" in text
        assert "〔W1〕创始人出资" in text
        assert "完成一轮融资" in text
        assert lines[-2].startswith("结局 方案：")
        assert lines[-1].startswith("对账：与编译引擎的账簿一致")
    else:
        assert "[E8] seed direct" in text
        assert not re.search("[\u4e00-\u9fff，。；：、（）〔〕]", "\n".join(lines[1:]))


def has_all(small: Path, path: int, *kinds: str) -> str:
    """A firm to which all of this happened in the package."""
    happened: dict[str, set[str]] = defaultdict(set)
    for event in play(load_scenario(str(small)), SEED, path).cities[0].notes.diary or ():
        happened[event.entity].add(event.kind)
    return next(key for key, told in happened.items() if key and told.issuperset(kinds))


@pytest.mark.parametrize(
    ("path", "kinds", "chinese", "english"),
    [
        (
            1,
            ("granted", "converted", "loan", "defaulted", "settled", "grant_lost"),
            (
                "获批",
                "经费转为股权：成本",
                "向银行",
                "年利率",
                "贷款违约，银行",
                "不良贷款了结：敞口",
                "损失由",
                "随企业失败核销",
            ),
            ("is awarded", "the grant becomes equity", "from bank", "the loan defaults", "is settled", "is lost [G7]"),
        ),
        (
            4,
            ("granted", "milestone", "waived", "loan"),
            ("里程碑验收", "等待期满未转股"),
            ("the milestone is", "the window ends without conversion"),
        ),
        (0, ("overdue", "loan"), ("付不清到期本息",), ("in arrears",)),
        (
            2,
            ("called", "loan_repaid", "no_loan"),
            ("行使购回权", "贷款结清", "所询银行均不放贷"),
            ("the founders call",),
        ),
    ],
)
def test_a_life_tells_of_grant_and_loan(
    capsys: pytest.CaptureFixture[str],
    small: Path,
    path: int,
    kinds: tuple[str, ...],
    chinese: tuple[str, ...],
    english: tuple[str, ...],
) -> None:
    key = has_all(small, path, *kinds)
    words = ("trace", small, "--path", path, "--seed", SEED, "--enterprise", key)
    for language, parts in (("zh", chinese), ("en", english)):
        code, lines, _ = call(capsys, *words, "--lang", language)
        assert code == 0
        text = "\n".join(lines[1:])
        for part in parts:
            assert part in text
        assert language == "zh" or not re.search("[\u4e00-\u9fff，。；：、（）〔〕]", text)


def test_the_path_s_story_tells_of_grants_and_credit(capsys: pytest.CaptureFixture[str], small: Path) -> None:
    _, lines, _ = trace(capsys, small)
    text = "\n".join(lines)
    for part in (
        "拨改投：新获资助",
        "资助进展：里程碑合格",
        "转股〔G4〕",
        "资助收回：",
        "贷款：新发放",
        "风险池分担〔C5〕",
        "不良贷款了结",
        "信贷年末余额：风险池",
        "熔断，停止新增",
        "银行排名：银行",
        "风险池清算：",
        "担保公司资本金退回",
    ):
        assert part in text
    assert "全年资金〔W9〕" not in text


def test_a_life_has_every_posting_of_the_firm(capsys: pytest.CaptureFixture[str], small: Path, file: Any) -> None:
    """What is told of money is what the file has, world by world and quarter by quarter; operations (W1) are summed up."""
    key = supported(small)
    _, lines, _ = trace(capsys, small, "--enterprise", key)
    told: dict[tuple[str, str], list[str]] = defaultdict(list)
    quarter, worlds = "", ("package", "twin")
    which = {None: ("package", "twin"), "〔方案〕": ("package",), "〔基准〕": ("twin",)}
    for line in lines:
        if match := re.match(r"(20\d\dQ[1-4]) (〔方案〕|〔基准〕)?", line):
            quarter, worlds = match[1], which[match[2]]
        elif (match := re.match(r"    〔(\w+)〕", line)) and match[1] != "W1":
            for world in worlds:
                told[world, quarter].append(match[1])
    written: dict[tuple[str, str], list[str]] = defaultdict(list)
    for row in file:
        if key in row["entity"].split("/") and row["rule"] != "W1":
            written[row["world"], row["quarter"]].append(row["rule"])
    assert len(written) >= 2
    for place, moved in written.items():
        assert sorted(told[place]) == sorted(moved), place


def test_one_request_is_one_in_english() -> None:
    from kejin_sim.cli.trace_path import _formed
    from kejin_sim.reference.notes import Event

    one = Event(0, 0, "refused", "", {"amount": 1e6})
    set_language("en")
    assert "refused by the budget, 1 request:" in "".join(_formed([one]))
    assert "refused by the budget, 2 requests:" in "".join(_formed([one, one]))


def test_an_unknown_firm_is_refused_with_keys_that_exist(capsys: pytest.CaptureFixture[str], small: Path) -> None:
    code, lines, said = trace(capsys, small, "--enterprise", "2031Q1-001")
    assert (code, lines) == (2, [])
    keys = re.findall(r"20\d\dQ[1-4]-\d{3}", said.partition("例如")[2])
    known = {firm.profile.key for firm in play(load_scenario(str(small)), SEED, PATH).cities[0].everybody}
    assert keys
    assert set(keys) <= known


def test_postings_file(capsys: pytest.CaptureFixture[str], small: Path, tmp_path: Path) -> None:
    target = tmp_path / "分录.csv"
    target.write_text("an older file", encoding="utf-8")
    code, lines, _ = trace(capsys, small, "--postings", target)
    assert code == 0
    assert target.read_bytes().isascii()
    assert target.read_bytes().startswith(",".join(COLUMNS).encode() + b"\n")
    rows = records(target)
    assert f"{len(rows):,} 条分录" in lines[-3]
    assert "B4" in lines[-2], "tax that is not collected stands in the file and in no outlay"
    assert [entry.name for entry in tmp_path.iterdir()] == ["分录.csv"]


@cache
def sheet(path: Path, number: int) -> list[dict[str, Any]]:
    """A sheet of a workbook, a row each by its head."""
    head, *found = openpyxl.load_workbook(path).worksheets[number].iter_rows(values_only=True)
    return [dict(zip(map(str, head), row, strict=True)) for row in found]


@pytest.fixture(scope="module")
def book(small: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The postings of the traced path for reading."""
    path = tmp_path_factory.mktemp("book") / "分录.xlsx"
    set_language("zh")
    assert (
        main(["trace", str(small), "--path", str(PATH), "--seed", str(SEED), "--postings", str(path), "--lang", "zh"])
        == 0
    )
    return path


def test_the_workbook_rebuilds_what_each_measure_costs_and_the_treasury_pays(small: Path, book: Path) -> None:
    block = compiled(load_scenario(str(small)).inputs(), SEED, PATH, 1, 2)
    found = sheet(book, 0)
    for world, name in enumerate(("方案", "基准")):
        view = View(block, world, Context.of(load_scenario(str(small)).inputs()))
        mine = [row for row in found if row["世界"] == name]
        for metric, words in (("fiscal_outlay", "市财政支出"), ("fiscal_recovery", "市财政回收")):
            total = sum(row["金额（元）"] for row in mine if row["计入市财政"] == words)
            assert total == pytest.approx(by_name()[metric].compute(view)[0], rel=1e-9, abs=1e-3)
        for code, words in (("fund", "政府性基金预算"), ("general", "一般公共预算")):
            total = sum(
                row["金额（元）"] for row in mine if (row["计入市财政"], row["预算本"]) == ("市财政支出", words)
            )
            assert total == pytest.approx(by_name()[f"fiscal_outlay_{code}"].compute(view)[0], rel=1e-9, abs=1e-3)
        for measure in MEASURES:
            net = sum(
                row["金额（元）"] * ((row["计入市财政"] == "市财政支出") - (row["计入市财政"] == "市财政回收"))
                for row in mine
                if row["措施"] == room_label(measure)
            )
            assert net == pytest.approx(by_name()[f"cost_{measure}"].compute(view)[0], rel=1e-9, abs=1e-3), measure


def test_the_workbook_has_every_posting_with_operations_by_quarter(small: Path, book: Path) -> None:
    found = sheet(book, 0)
    own = {p.zh for p in postings() if p.number in OPERATIONS}
    single, summed = ([row for row in found if (row["名目"] in own) is which] for which in (False, True))
    operations, rest = [], []
    for city in play(load_scenario(str(small)), SEED, PATH).cities:
        for entry in city.ledger.entries:
            if entry.quarter >= city.clock.opening and entry.amount != 0.0:
                (operations if entry.code in OPERATIONS else rest).append(entry)
    assert [row["金额（元）"] for row in single] == pytest.approx([entry.amount for entry in rest], rel=1e-15)
    assert len(summed) == 2 * 2 * 24  # worlds, codes, quarters
    total = sum(entry.amount for entry in operations)
    assert sum(row["金额（元）"] for row in summed) == pytest.approx(total, rel=1e-12)
    counts = [int(row["企业"].removesuffix(" 笔合计").replace(",", "")) for row in summed]
    assert sum(counts) == len(operations)
    allowed = {(PARTY_LABELS[p.payer][0], PARTY_LABELS[p.payee][0], p.rule, p.zh) for p in postings()}
    assert {(row["付款方"], row["收款方"], row["规则"], row["名目"]) for row in found} <= allowed
    assert all(row["企业"] is None or re.fullmatch(r"\d{4}Q\d-(out|spin)?\d+", row["企业"]) for row in single)


def test_the_workbook_tells_what_became_of_appropriations(small: Path, book: Path) -> None:
    block = compiled(load_scenario(str(small)).inputs(), SEED, PATH, 1, 2)
    found = sheet(book, 1)
    for world, name in enumerate(("方案", "基准")):
        view = View(block, world, Context.of(load_scenario(str(small)).inputs()))
        for line, (zh, _) in LINE_LABELS.items():
            mine = [row for row in found if (row["世界"], row["预算科目"]) == (name, zh)]
            for head, item in (("安排（元）", "appropriated"), ("执行（元）", "executed"), ("收回（元）", "lapsed")):
                told = sum(row[head] for row in mine)
                expected = by_name()[f"budget_{line}_{item}"].compute(view)[0]
                assert told == pytest.approx(expected, rel=1e-9, abs=1e-3), (line, item)
            drawn = sum(
                row["金额（元）"] for row in sheet(book, 0)
                if (row["世界"], row["预算科目"], row["计入市财政"]) == (name, zh, "市财政支出")
            )  # fmt: skip
            assert drawn == pytest.approx(sum(row["执行（元）"] for row in mine), rel=1e-9, abs=1e-3), line


def test_the_workbook_has_no_code_where_there_is_a_word(book: Path) -> None:
    """Keys of firms, of rules and of funds' years are names; AIC is what a 金融资产投资公司 is called.

    How an amount was reckoned is told as in a rule's worked cases.
    """
    found = sheet(book, 0)
    for row in found:
        for head in set(row) - {"规则", "金额（元）", "企业", "季度", "算法"}:
            said = re.sub("AIC|基金2[0-9]{3}(Q[1-4])?-[0-9]+|银行[A-Z]|IP", "", str(row[head] or ""))
            assert not re.search("[A-Za-z_]", said), (head, row[head])
    holders = {row["基金或银行"] for row in found}
    assert {"天使子基金2025-1", "链主基金2025-1", "银行A"} <= holders


def test_the_workbook_leads_to_rules_and_documents(book: Path) -> None:
    listed = {row["规则"]: row for row in sheet(book, 2)}
    assert set(listed) == {row["规则"] for row in sheet(book, 0)}
    assert listed["E9"]["规则名称"] == "净收益的 20% 奖励给跟投方"
    assert "起草说明" in listed["E9"]["来源"]
    assert "due = " in listed["E9"]["公式"]
    about = {row["项目"]: row["内容"] for row in sheet(book, 3)}
    assert about["方案"].startswith("小方案（")
    assert about["路径、种子"] == f"第 {PATH} 条，种子 {SEED}"
    assert about["核对"].startswith("对账：与编译引擎的账簿一致")


def test_the_workbook_says_how_amounts_were_reckoned(book: Path) -> None:
    """A rule function and what it was asked, on most rows of the policy's money; it is one of those on a rule's page."""
    found = [row for row in sheet(book, 0) if row["措施"]]
    told = [str(row["算法"]) for row in found if row["算法"]]
    assert len(told) > 0.6 * len(found)
    assert all(re.fullmatch(r"[a-z_.]+(\([a-z_0-9]+ = [^，]+(，[a-z_0-9]+ = [^，]+)*\))?", text) for text in told)
    own = [
        row for row in found if row["算法"] and str(row["算法"]).split("(")[0] in by_id()[str(row["规则"])].functions
    ]
    assert len(own) > 0.5 * len(told), "most are answers of a function on the page of the row's rule"


def test_the_workbook_in_english(small: Path, tmp_path: Path) -> None:
    set_language("en")
    path = tmp_path / "postings.xlsx"
    trace_book.write(path, play(load_scenario(str(small)), SEED, PATH), "ties")
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["postings", "budget", "rules", "about"]
    texts = [str(cell) for name in book.sheetnames for row in book[name].iter_rows(values_only=True) for cell in row]
    assert not [text for text in texts if re.search("[\u4e00-\u9fff，。；：、（）〔〕]", text) and "小方案" not in text]
    assert "angel sub-fund 2025-1" in texts


def test_every_posting_is_one_of_the_tables(file: list[dict[str, str]]) -> None:
    allowed = {(p.payer.value, p.payee.value, p.rule) for p in postings()}
    quarters = {f"{year}Q{number}" for year in range(2025, 2031) for number in range(1, 5)}
    names = {party.value for party in Party}
    for row in file:
        assert list(row) == COLUMNS
        assert row["world"] in ("package", "twin")
        assert row["quarter"] in quarters
        assert {row["payer"], row["payee"]} <= names
        assert (row["payer"], row["payee"], row["rule"]) in allowed
        amount = float(row["amount"])
        assert amount > 0.0
        assert repr(amount) == row["amount"]
    assert {row["world"] for row in file} == {"package", "twin"}


def test_the_file_sums_to_the_metric_of_the_run(small: Path, file: list[dict[str, str]]) -> None:
    inputs = load_scenario(str(small)).inputs()
    block = compiled(inputs, SEED, PATH, 1, 2)
    metric = by_name()["fiscal_net_cost"]
    for world, name in enumerate(("package", "twin")):
        net = 0.0
        for row in file:
            if row["world"] == name and (row["payer"], row["rule"]) != ("city_treasury", "B4"):  # tax not collected
                net += float(row["amount"]) * ((row["payer"] == "city_treasury") - (row["payee"] == "city_treasury"))
        expected = float(metric.compute(View(block, world, Context.of(inputs)))[0])
        assert net == pytest.approx(expected, rel=1e-12, abs=1e-3)


def test_no_fund_and_no_firm_ever_spends_what_it_has_not(file: list[dict[str, str]]) -> None:
    """From the file alone: funds formed and firms founded after the opening start with nothing."""
    balances: dict[tuple[str, str], float] = defaultdict(float)
    born = {(row["world"], row["entity"]) for row in file if row["rule"] == "W1" and row["amount"] == "1500000.0"}
    for row in file:
        for name in row["entity"].split("/"):
            account = (row["world"], name)
            is_fund = name.startswith("subfund-") and name >= "subfund-2025"
            if not is_fund and account not in born:
                continue
            mine = "angel_subfund" if is_fund else "enterprise"
            balances[account] += float(row["amount"]) * ((row["payee"] == mine) - (row["payer"] == mine))
            assert balances[account] > -1e-3, row
    assert any(name.startswith("subfund-") for _, name in balances)
    assert any("Q" in name for _, name in balances)


def test_a_difference_is_told_and_ends_with_one(
    capsys: pytest.CaptureFixture[str], small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def off(*arguments: Any) -> BlockResult:
        block = compiled(*arguments)
        flows = block.flows.copy()
        flows[0, 1, q.FEE, 5] += 1.0
        return replace(block, flows=flows)

    monkeypatch.setattr(execution, "engine", lambda name: off)
    code, lines, _ = trace(capsys, small)
    assert code == 1
    assert lines[-1].startswith("对账：不一致，1 处分录")
    assert "2026Q2 基准 E2 管理费" in lines[-2]


def test_without_a_baseline(small: Path) -> None:
    alone = replace(load_scenario(str(small)), baseline=None)
    traced = play(alone, SEED, PATH)
    assert len(traced.cities) == 1
    block = compiled(alone.inputs(), SEED, PATH, 1, 1)
    assert trace_ledger.tie(traced, block)[0]
    np.testing.assert_allclose(traced.cities[0].close.flows, block.flows[0, 0], rtol=1e-12)  # sums in another order


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--path", "-1"), "--path"),
        (("--path", "many"), "--path"),
        (("--path", 1, "--seed", -1), "--seed"),
        (("--path", 1, "--world", "both"), "--world"),
        ((), "--path"),
        (("--path", 1, "--postings", "no/such/folder/file.csv"), "--postings"),
        (("--path", 1, "--postings", "."), "--postings"),
        (("--path", 1, "--postings", "分录.xls"), "分录.xlsx"),
        (("--path", 1, "--postings", "分录"), "分录.csv"),
    ],
)
def test_wrong_words(capsys: pytest.CaptureFixture[str], small: Path, words: tuple[object, ...], told: str) -> None:
    code, lines, said = call(capsys, "trace", small, *words)
    assert (code, lines) == (2, [])
    assert told in said
    assert "Traceback" not in said


def test_no_twin_to_tell(capsys: pytest.CaptureFixture[str], small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    alone = replace(load_scenario(str(small)), baseline=None)
    monkeypatch.setattr("kejin_sim.scenario.load.load_scenario", lambda name: alone)
    code, _, said = trace(capsys, small, "--world", "twin")
    assert code == 2
    assert "没有基准" in said


@pytest.mark.parametrize("quiet", [False, True])
def test_writing_a_large_file_is_announced(
    capsys: pytest.CaptureFixture[str], small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, quiet: bool
) -> None:
    monkeypatch.setattr(progress, "PATIENCE", 0.01)
    target = tmp_path / "p.xlsx"
    code, lines, said = trace(capsys, small, "--postings", target, *(["--quiet"] if quiet else []))
    assert code == 0
    assert any(f"已写入 {target}" in line for line in lines)
    assert not said if quiet else said.endswith(f"正在写 {target}……\n")


@pytest.fixture(scope="module")
def run(small: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of a few paths, the traced one among them."""
    folder = tmp_path_factory.mktemp("runs") / "一次 运行"
    assert (
        main(["run", str(small), "--paths", str(PATH + 2), "--seed", str(SEED), "--out", str(folder), "--quiet"]) == 0
    )
    return folder


@pytest.mark.parametrize("words", [(), ("--seed", SEED)])
def test_a_run_in_the_place_of_the_scenario(
    capsys: pytest.CaptureFixture[str], small: Path, run: Path, words: tuple[object, ...]
) -> None:
    """Its own seed is taken, the story is that of the scenario with this seed, and all figures are those of the run's row."""
    _, lines, _ = trace(capsys, small)
    code, told, _ = call(capsys, "trace", run, "--path", PATH, *words)
    assert code == 0
    assert told[:-1] == lines
    columns = len(open_run(run).paths.columns)
    assert re.fullmatch(
        rf"与运行结果一致：.*paths.parquet 中 path = {PATH} 一行的 {columns:,} 个数都相同（最大相对差 0\.0e\+00）。",
        told[-1],
    )


def test_the_workbook_of_a_run_says_that_it_ties(capsys: pytest.CaptureFixture[str], run: Path, tmp_path: Path) -> None:
    target = tmp_path / "p.xlsx"
    code, told, _ = call(capsys, "trace", run, "--path", PATH, "--postings", target)
    assert code == 0
    about = dict(openpyxl.load_workbook(target, read_only=True)["说明"].iter_rows(values_only=True))
    assert about["核对"] == "\n".join(told[-2:])
    assert about["方案"] == "小方案（small）"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--path", PATH, "--seed", SEED + 1), f"的种子是 {SEED}，不是 {SEED + 1}"),
        (("--path", PATH + 2), "有 6 条路径，没有第 6 条"),
    ],
)
def test_what_is_not_in_a_run_is_refused(
    capsys: pytest.CaptureFixture[str], run: Path, words: tuple[object, ...], told: str
) -> None:
    code, lines, said = call(capsys, "trace", run, *words)
    assert (code, lines) == (2, [])
    assert told in said
    assert said.count("改法") == 1


@pytest.mark.parametrize(("digest", "why"), [(source_digest(), "这是程序的错误"), ("another", "由程序的另一版本写出")])
def test_a_path_that_is_not_the_run_s_is_told(
    capsys: pytest.CaptureFixture[str], run: Path, monkeypatch: pytest.MonkeyPatch, digest: str, why: str
) -> None:
    right = Run.row

    def wrong(self: Run, path: int) -> dict[str, float]:
        found = right(self, path)
        return found | {"fiscal_outlay": found["fiscal_outlay"] + 1e6, "gone": 3.0}

    other = replace(open_run(run), manifest={**open_run(run).manifest, "source_digest": digest})
    monkeypatch.setattr(Run, "row", wrong)
    monkeypatch.setattr("kejin_sim.store.read.open_run", lambda _folder: other)
    code, told, _ = call(capsys, "trace", run, "--path", PATH)
    assert code == 1
    assert told[-2].startswith("  fiscal_outlay: ")
    assert "有 2 个数不同" in told[-1]
    assert why in told[-1]


@pytest.mark.parametrize("name", ["postings.csv", "postings.xlsx"])
def test_a_full_disk_leaves_the_old_file(
    capsys: pytest.CaptureFixture[str], small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    target = tmp_path / name
    target.write_text("an older file", encoding="utf-8")

    def full(*_: object, **__: object) -> Iterator[tuple[str, ...]]:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(csv, "writer", full)
    monkeypatch.setattr(xlsxwriter.Workbook, "_store_workbook", full)
    code, _, said = trace(capsys, small, "--postings", target)
    assert code == 1
    assert "写不出来：" in said
    assert "Traceback" not in said
    assert target.read_text(encoding="utf-8") == "an older file"
    assert [entry.name for entry in tmp_path.iterdir()] == [name]


def test_an_interruption_leaves_at_once(
    capsys: pytest.CaptureFixture[str], small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The path plays in a thread of its own, which loads machine code: breaking that off would break the program off."""
    where: list[str] = []

    def interrupted(*_: object) -> None:
        where.append(threading.current_thread().name)
        raise KeyboardInterrupt

    monkeypatch.setattr("kejin_sim.reference.run.run_world", interrupted)
    assert main(["trace", str(small), "--path", "1", "--lang", "zh"]) == 130
    assert "已中断" in capsys.readouterr().err
    assert where == ["kejin-first"]
