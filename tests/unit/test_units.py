"""Reading and printing of money, rates, durations and quarters."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kejin_sim import units
from kejin_sim.lang import set_language
from kejin_sim.timeline import ORDER, STEP, Quarter, quarters_from

pytestmark = pytest.mark.usefixtures("chinese")


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("200万元", 200 * 1e4),
        ("1.5亿元", 1.5 * 1e8),
        ("100元", 100.0),
        ("2百万元", 2 * 1e6),
        ("3千万元", 3 * 1e7),
        ("1,000 万元", 1000 * 1e4),
        ("２００万元", 200 * 1e4),  # full-width digits
        ("1．5 亿 元", 1.5 * 1e8),  # full-width point, spaces
        ("-3亿元", -3 * 1e8),
        ("1.1亿元", 110_000_000.0),  # 1.1 * 1e8 is 110000000.00000001 in binary
        ("50亿", 50 * 1e8),
        ("1万亿元", 1e12),
        ("人民币5万元", 5 * 1e4),
        ("CNY 2m", 2 * 1e6),
        ("RMB 1.23 bn", 1.23 * 1e9),
        ("¥500", 500.0),
    ],
)
def test_money_is_read(text: str, amount: float) -> None:
    assert units.parse_money(text) == amount


@pytest.mark.parametrize("bare", [200, 2.5, "200", "1,000", 0])
def test_bare_money_is_refused_with_the_fix(bare: object) -> None:
    with pytest.raises(units.UnitError) as error:
        units.parse_money(bare)
    assert "不带单位" in error.value.zh
    assert "200万元" in error.value.hint_zh
    assert "without a unit" in error.value.en


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "万元",
        "200万美元",
        "20%",
        "1,00万元",
        "两百万元",
        None,
        True,
        [1],
        "1e3元",
        "9" * 400 + "亿元",
        "10²万元",
        "①万元",
    ],
)
def test_what_is_not_money_is_refused(wrong: object) -> None:
    with pytest.raises(units.UnitError):
        units.parse_money(wrong)


@pytest.mark.parametrize(
    ("text", "right"),
    [("1亿5000万元", "1.5亿元"), ("1万5千元", "1.5万元"), ("三千万元", "3000万元"), ("一亿五千万", "1.5亿元"),
     ("两百万元", "200万元"), ("人民币壹拾贰万元整", "12万元"), ("十五万", "15万元"), ("一二三元", "123元")],
)  # fmt: skip
def test_money_in_words_is_answered_with_the_amount(text: str, right: str) -> None:
    with pytest.raises(units.UnitError) as error:
        units.parse_money(text)
    assert right in error.value.hint_zh
    assert right in error.value.hint_en
    assert "带单位" not in error.value.hint_zh


@pytest.mark.parametrize(
    ("written", "rate"),
    [("20%", 0.2), (0.2, 0.2), ("0.2", 0.2), ("15‰", 0.015), ("２０％", 0.2), ("50bp", 0.005), (1, 1.0)],
)
def test_rates(written: object, rate: float) -> None:
    assert units.parse_rate(written) == rate


@pytest.mark.parametrize("wrong", [math.nan, math.inf, -math.inf, "nan", "inf", True, None, "20％％", "二成", 10**400])
def test_rates_that_are_none(wrong: object) -> None:
    with pytest.raises(units.UnitError):
        units.parse_rate(wrong)


@pytest.mark.parametrize(
    ("written", "years"),
    [("3年", 3.0), (3, 3.0), (2.5, 2.5), ("18个月", 1.5), ("6季度", 1.5), ("3 years", 3.0), ("3", 3.0)],
)
def test_years(written: object, years: float) -> None:
    assert units.parse_years(written) == years


@pytest.mark.parametrize(
    ("written", "quarters"), [("2季度", 2), (2, 2), ("1年", 4), ("6个月", 2), ("2个季度", 2), (4.0, 4)]
)
def test_quarters(written: object, quarters: int) -> None:
    assert units.parse_quarters(written) == quarters


@pytest.mark.parametrize("wrong", ["1个月", 1.5, "0.3年", "很久", None])
def test_quarters_are_whole(wrong: object) -> None:
    with pytest.raises(units.UnitError):
        units.parse_quarters(wrong)


@pytest.mark.parametrize("text", ["2025Q1", "2025q1", "2025-Q1", "2025年第1季度", "2025年1季度"])
def test_quarter_of_a_year(text: str) -> None:
    assert units.parse_quarter(text) == (2025, 1)


@pytest.mark.parametrize("wrong", ["2025Q5", "2025Q0", "25Q1", "2025", 2025, "1066Q1", "2025-01"])
def test_quarter_that_is_none(wrong: object) -> None:
    with pytest.raises(units.UnitError):
        units.parse_quarter(wrong)


@pytest.mark.parametrize(("written", "flag"), [(True, True), ("是", True), ("no", False), ("Off", False)])
def test_flags(written: object, flag: bool) -> None:
    assert units.parse_flag(written) is flag


@pytest.mark.parametrize("wrong", [1, 0, "也许", None])
def test_flags_that_are_none(wrong: object) -> None:
    with pytest.raises(units.UnitError):
        units.parse_flag(wrong)


@pytest.mark.parametrize("wrong", [2.5, "x", math.inf, False])
def test_integers_are_whole(wrong: object) -> None:
    with pytest.raises(units.UnitError):
        units.parse_integer(wrong)


def test_integer_may_be_written_with_a_point() -> None:
    assert units.parse_integer(3.0) == 3


finite = st.floats(min_value=-1e15, max_value=1e15, allow_nan=False)


@given(finite)
def test_exact_money_reads_back(amount: float) -> None:
    assert units.parse_money(units.exact_money(amount)) == amount


@given(st.floats(min_value=-1e6, max_value=1e6, allow_nan=False))
def test_exact_rate_number_and_years_read_back(value: float) -> None:
    assert units.parse_rate(units.exact_rate(value)) == value
    assert units.parse_number(units.exact_number(value)) == value


@given(st.integers(min_value=1, max_value=400))
def test_exact_years_of_any_months_are_short(months: int) -> None:
    years = months / 12
    assert units.parse_years(units.exact_years(years)) == years
    assert len(units.exact_years(years)) <= 7


@given(st.integers(min_value=0, max_value=4000))
def test_exact_years_read_back(quarters: int) -> None:
    assert units.parse_years(units.exact_years(quarters / 4)) == quarters / 4


@given(finite)
def test_printed_money_is_right_to_three_digits(amount: float) -> None:
    printed = units.format_money(amount)
    assert units.parse_money(printed) == pytest.approx(amount, rel=0.005, abs=0.005)


@pytest.mark.parametrize(
    ("amount", "zh", "en"),
    [
        (123_456_789.0, "1.23亿元", "CNY 123 m"),
        (1.2345e9, "12.3亿元", "CNY 1.23 bn"),
        (99_999_999.0, "1.00亿元", "CNY 100 m"),  # rounds up into the next unit
        (2_000_000.0, "200万元", "CNY 2.00 m"),
        (-35_000_000.0, "-3,500万元", "CNY -35.0 m"),
        (500.0, "500元", "CNY 500"),
        (0.0, "0元", "CNY 0"),
        (math.nan, "—", "—"),
        (2.5e12, "25,000亿元", "CNY 2,500 bn"),
    ],
)
def test_money_for_reading(amount: float, zh: str, en: str) -> None:
    assert units.format_money(amount) == zh
    set_language("en")
    assert units.format_money(amount) == en


def test_rates_and_years_for_reading() -> None:
    assert units.format_rate(0.1234) == "12.3%"
    assert units.format_rate(math.nan) == "—"
    assert units.format_years(8.0) == "8年"
    set_language("en")
    assert units.format_years(1.0) == "1 year"
    assert units.format_years(2.5) == "2.5 years"


@given(st.integers(1900, 2200), st.integers(1, 4), st.integers(-400, 400))
def test_quarter_arithmetic(year: int, quarter: int, step: int) -> None:
    start = Quarter(year, quarter)
    assert (start + step) - start == step
    assert Quarter.parse(str(start)) == start
    assert start + 1 > start
    assert Quarter.of_ordinal(start.ordinal) == start


def test_quarters_follow_one_another() -> None:
    assert [str(q) for q in quarters_from(Quarter(2025, 3), 3)] == ["2025Q3", "2025Q4", "2026Q1"]
    assert Quarter(2025, 1).label == "2025年第1季度"


def test_order_of_a_quarter_is_complete() -> None:
    assert [step.number for step in ORDER] == list(range(1, 13))
    assert len(STEP) == 12
    assert STEP["macro"] == 1 < STEP["awards"] < STEP["subfunds"] < STEP["assessments"] < STEP["close"] == 12
