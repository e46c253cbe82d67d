"""Money, rates, durations: reading what a person writes and printing what a person reads. Used only at the border.

Inside the program money is CNY in float64 and a rate is a decimal. Decimal arithmetic is used on the way in and
out, so that ``1.1亿元`` is the float nearest to 110,000,000 and a value that is printed exactly reads back as itself.
"""

from __future__ import annotations

import math
import re
from decimal import Decimal, InvalidOperation
from typing import Final

from kejin_sim.lang import t

_MONEY_ZH = {
    "元": 1, "千元": 10**3, "万元": 10**4, "万": 10**4, "十万元": 10**5, "百万元": 10**6, "百万": 10**6,
    "千万元": 10**7, "千万": 10**7, "亿元": 10**8, "亿": 10**8, "十亿元": 10**9, "百亿元": 10**10,
    "千亿元": 10**11, "万亿元": 10**12,
}  # fmt: skip
_MONEY_EN = {
    "": 1, "k": 10**3, "thousand": 10**3, "m": 10**6, "mn": 10**6, "million": 10**6,
    "b": 10**9, "bn": 10**9, "billion": 10**9,
}  # fmt: skip
_NUMBER = r"([+-]?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?)"
_ZH_UNITS = "|".join(sorted(_MONEY_ZH, key=len, reverse=True))
_EN_UNITS = "|".join(sorted((u for u in _MONEY_EN if u), key=len, reverse=True))
_MONEY = re.compile(rf"(?:人民币)?{_NUMBER}({_ZH_UNITS})")
_MONEY_PREFIXED = re.compile(rf"(?:CNY|RMB|[¥￥]){_NUMBER}({_EN_UNITS})?", re.IGNORECASE)
_ONE = re.compile(rf"{_NUMBER}({_ZH_UNITS})")
_SEVERAL = re.compile(rf"(?:{_NUMBER}({_ZH_UNITS})){{2,}}")
_DIGITS_ZH: Final = dict(
    zip("零〇一二两三四五六七八九壹贰叁肆伍陆柒捌玖", (0, 0, 1, 2, 2, *range(3, 10), *range(1, 10)), strict=True)
)
_POWERS_ZH: Final = {"十": 1, "百": 2, "千": 3, "万": 4, "亿": 8, "拾": 1, "佰": 2, "仟": 3}
_RATE = re.compile(rf"{_NUMBER}(%|‰|bp|个?基点)?")
_DURATION = re.compile(rf"{_NUMBER}(年|years?|y|季度?|个季度|quarters?|q|个?月|months?)?", re.IGNORECASE)

#: What a money value looks like in a scenario file, as a pattern for editors (JSON Schema).
MONEY_PATTERN = (
    r"^\s*((人民币)?\s*[+-]?[0-9][0-9,]*(\.[0-9]+)?\s*"
    rf"({_ZH_UNITS})|([Cc][Nn][Yy]|[Rr][Mm][Bb]|¥)\s*[+-]?[0-9][0-9,]*(\.[0-9]+)?\s*({_EN_UNITS})?)\s*$"
)

MONEY_FIX_ZH = "金额必须带单位，例如 200万元、1.5亿元、500元。"
MONEY_FIX_EN = "money needs a unit, for example 200万元, 1.5亿元, 500元 or CNY 2m."


class UnitError(ValueError):
    """A text or number that does not mean a quantity of the kind asked for."""

    def __init__(self, zh: str, en: str, hint_zh: str = "", hint_en: str = "") -> None:
        super().__init__(en)
        self.zh, self.en, self.hint_zh, self.hint_en = zh, en, hint_zh, hint_en


def shown(value: object) -> str:
    """A value of a file as it is quoted in a message: short, on one line, with what cannot be seen named by its code."""
    text = " ".join(_as_written(value).split())
    text = "".join(c if c.isprintable() else f"〈U+{ord(c):04X}〉" for c in text)
    return text if len(text) <= 60 else text[:57] + "..."


def _as_written(value: object) -> str:
    """A value as the file writes it, mappings and lists in braces and brackets."""
    if isinstance(value, str):
        return value
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_as_written(key)}: {_as_written(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_as_written, value)) + "]"
    return "true" if value is True else "false" if value is False else "null" if value is None else repr(value)


_FULL_WIDTH: Final = 0xFEE0  # from a full-width sign to the plain one


def _squeeze(text: str) -> str:
    """Full-width digits and signs to plain ones, all spaces out. What is written otherwise (10², ①) stays, and is no number."""
    plain = "".join(chr(ord(sign) - _FULL_WIDTH) if "\uff01" <= sign <= "\uff5e" else sign for sign in text)
    return "".join(plain.split())


def _decimal(text: str) -> Decimal:
    return Decimal(text.replace(",", ""))


def _finite(value: Decimal | float, what: object) -> float:
    try:
        number = float(value)
    except (OverflowError, ValueError):
        number = math.inf
    if not math.isfinite(number):
        raise UnitError(
            f"{shown(what)} 不是有限的数（NaN、无穷大和过大的数都不接受）。",
            f"{shown(what)} is not a finite number (NaN, infinity and overlarge numbers are refused).",
            "写一个普通的数。",
            "write an ordinary number.",
        )
    return number


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def parse_money(value: object) -> float:
    """Money as written → CNY.

    Parameters: ``value`` such as ``200万元``, ``1.5亿元``, ``1,000 万元``, ``CNY 2m``; full-width signs and spaces
    allowed.
    Returns: CNY. Errors: `UnitError`; a bare number is always refused, because nobody can know whether it means
    yuan or ten thousand yuan.
    """
    if isinstance(value, str):
        text = _squeeze(value)
        if match := _MONEY.fullmatch(text):
            return _finite(_decimal(match[1]) * _MONEY_ZH[match[2]], value)
        if match := _MONEY_PREFIXED.fullmatch(text):
            return _finite(_decimal(match[1]) * _MONEY_EN[(match[2] or "").lower()], value)
        bare = _RATE.fullmatch(text) is not None and not text.endswith(("%", "‰"))
    else:
        bare = _is_number(value)
        if bare and not math.isfinite(value):  # type: ignore[arg-type]
            raise UnitError(
                f"{shown(value)} 不是有限的数。", f"{shown(value)} is not a finite number.", MONEY_FIX_ZH, MONEY_FIX_EN
            )
    if bare:
        raise UnitError(
            f"{shown(value)} 是不带单位的金额：无法知道是元、万元还是亿元。",
            f"{shown(value)} is money without a unit: yuan, 万元 or 亿元 cannot be told apart.",
            MONEY_FIX_ZH,
            MONEY_FIX_EN,
        )
    raise UnitError(f"{shown(value)} 不是金额。", f"{shown(value)} is not an amount of money.", *_money_fix(value))


def _money_fix(value: object) -> tuple[str, str]:
    """What to write instead of several units (1亿5000万元) or Chinese numerals (三千万元); else that money needs a unit."""
    text = _squeeze(value).removeprefix("人民币") if isinstance(value, str) else ""
    if _SEVERAL.fullmatch(text):
        amount = exact_money(float(sum(_decimal(n) * _MONEY_ZH[unit] for n, unit in _ONE.findall(text))))
        return f"写成一个数加单位：{amount}。", f"write one number and its unit: {amount}."
    spelt = text.removesuffix("整").removesuffix("元")
    if spelt and set(spelt) <= {*_DIGITS_ZH, *_POWERS_ZH} and not set(spelt) <= set(_POWERS_ZH):
        amount = exact_money(float(_spelt(spelt)))
        return f"用阿拉伯数字：{amount}。", f"write it in figures: {amount}."
    return MONEY_FIX_ZH, MONEY_FIX_EN


def _spelt(text: str) -> int:
    """A whole number in Chinese numerals: 三千万, 一亿五千万."""
    for power in "亿万":
        before, found, after = text.partition(power)
        if found:
            higher: int = _spelt(before) or 1
            return higher * int(10 ** _POWERS_ZH[power]) + _spelt(after)
    total = digit = 0
    for sign in text:
        if sign in _POWERS_ZH:
            total += (digit or 1) * 10 ** _POWERS_ZH[sign]
            digit = 0
        else:
            digit = 10 * digit + _DIGITS_ZH[sign]
    return total + digit


def parse_rate(value: object) -> float:
    """A rate as written (``20%``, ``15‰``, ``50bp``, ``0.2``) → a decimal. Errors: `UnitError`."""
    if _is_number(value):
        return _finite(value, value)  # type: ignore[arg-type]
    if isinstance(value, str):
        text = _squeeze(value)
        if match := _RATE.fullmatch(text):
            scale = {None: 0, "%": 2, "‰": 3}.get(match[2], 4)
            return _finite(_decimal(match[1]).scaleb(-scale), value)
    raise UnitError(
        f"{shown(value)} 不是比率。", f"{shown(value)} is not a rate.", "写成 20% 或 0.2。", "write 20% or 0.2."
    )


def parse_number(value: object) -> float:
    """A plain number. Errors: `UnitError`."""
    if _is_number(value):
        return _finite(value, value)  # type: ignore[arg-type]
    if isinstance(value, str):
        try:
            return _finite(Decimal(_squeeze(value)), value)
        except InvalidOperation:
            pass
    raise UnitError(
        f"{shown(value)} 不是数。",
        f"{shown(value)} is not a number.",
        "写一个数，例如 1.5。",
        "write a number such as 1.5.",
    )


def parse_integer(value: object) -> int:
    """A whole number. Errors: `UnitError`."""
    try:
        number = parse_number(value)
    except UnitError as error:
        counted = re.fullmatch(r"([0-9]+)[^0-9.,%]+", _squeeze(value)) if isinstance(value, str) else None
        example = counted[1] if counted else "3"  # 10年, 24家: the unit is what is too much
        bare_zh, bare_en = (
            ("只写整数，不带单位", "write the number alone") if counted else ("写一个整数", "write a whole number")
        )
        such_zh, such_en = ("：写", ":") if counted else ("，例如", " such as")
        raise UnitError(
            error.zh, error.en, f"{bare_zh}{such_zh} {example}。", f"{bare_en}{such_en} {example}."
        ) from None
    if number != int(number):
        raise UnitError(
            f"{shown(value)} 不是整数。",
            f"{shown(value)} is not a whole number.",
            f"写 {math.floor(number)} 或 {math.ceil(number)}。",
            f"write {math.floor(number)} or {math.ceil(number)}.",
        )
    return int(number)


def _duration_in_months(value: object, bare: int, example_zh: str, example_en: str) -> Decimal:
    if _is_number(value):
        return Decimal(repr(_finite(value, value))) * bare  # type: ignore[arg-type]
    if isinstance(value, str) and (match := _DURATION.fullmatch(_squeeze(value))):
        unit = (match[2] or "").lower()
        months = bare if not unit else 12 if unit[0] in "年y" else 1 if unit[-1] == "月" or unit[0] == "m" else 3
        return _decimal(match[1]) * months
    raise UnitError(
        f"{shown(value)} 不是时长。",
        f"{shown(value)} is not a length of time.",
        f"写成 {example_zh}。",
        f"write {example_en}.",
    )


def parse_years(value: object) -> float:
    """A duration (``3年``, ``18个月``, ``6季度``, ``3``) → years. Errors: `UnitError`."""
    return _finite(_duration_in_months(value, 12, "3年、18个月 或 3", "3年, 18个月 or 3") / 12, value)


def parse_quarters(value: object) -> int:
    """A duration (``2季度``, ``1年``, ``6个月``, ``2``) → whole quarters. Errors: `UnitError`."""
    quarters = _duration_in_months(value, 3, "2季度、1年 或 2", "2季度, 1年 or 2") / 3
    _finite(quarters, value)
    if quarters != int(quarters):
        raise UnitError(
            f"{shown(value)} 不是整季度。",
            f"{shown(value)} is not a whole number of quarters.",
            "写成整季度，例如 2季度、1年。",
            "write whole quarters such as 2季度 or 1年.",
        )
    return int(quarters)


_FLAGS = {"true": True, "是": True, "yes": True, "on": True, "开": True,
          "false": False, "否": False, "no": False, "off": False, "关": False}  # fmt: skip


def parse_flag(value: object) -> bool:
    """Yes or no: ``true``/``false``, ``是``/``否``, ``yes``/``no``. Errors: `UnitError`."""
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and _squeeze(value).lower() in _FLAGS:
        return _FLAGS[_squeeze(value).lower()]
    raise UnitError(
        f"{shown(value)} 不是“是/否”。",
        f"{shown(value)} is not yes or no.",
        "写成 true 或 false。",
        "write true or false.",
    )


def parse_quarter(value: object) -> tuple[int, int]:
    """A quarter of a year (``2025Q1``, ``2025年第1季度``) → (year, quarter). Errors: `UnitError`."""
    if isinstance(value, str):
        text = _squeeze(value).upper()
        match = re.fullmatch(r"([0-9]{4})(?:-?Q|年第?)([1-4])(?:季度?)?", text)
        if match and 1900 <= int(match[1]) <= 2200:
            return int(match[1]), int(match[2])
        if match:
            raise UnitError(
                f"{shown(value)} 的年份不在 1900 至 2200 之内。",
                f"the year of {shown(value)} is not within 1900 to 2200.",
                f"写较近的年份，例如 2025Q{match[2]}。",
                f"write a nearer year such as 2025Q{match[2]}.",
            )
    raise UnitError(
        f"{shown(value)} 不是季度。",
        f"{shown(value)} is not a quarter.",
        "写成 2025Q1（Q1 至 Q4）。",
        "write 2025Q1 (Q1 to Q4).",
    )


# ---- printing


def _plain(value: Decimal) -> str:
    """A decimal without exponent and without trailing zeros."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def exact_money(amount: float) -> str:
    """CNY → the shortest Chinese text that `parse_money` reads back as the same float: ``1.5亿元``, ``200万元``."""
    value = Decimal(repr(float(amount)))
    size = abs(value)
    unit, power = ("亿元", 8) if size >= 10**8 else ("万元", 4) if size >= 10**4 else ("元", 0)
    return _plain(value.scaleb(-power)) + unit


def exact_rate(rate: float) -> str:
    """A decimal → the percentage that `parse_rate` reads back as the same float: ``20%``."""
    return _plain(Decimal(repr(float(rate))).scaleb(2)) + "%"


def exact_number(number: float) -> str:
    """A number as the shortest text that reads back as the same float."""
    if isinstance(number, int) or (float(number).is_integer() and abs(number) < 1e15):
        return str(int(number))
    return repr(float(number))


def exact_years(years: float) -> str:
    """Years → the text that `parse_years` reads back as the same float: ``8年``, ``40个月`` for years without a short decimal."""
    months = round(12.0 * years)
    if round(years, 4) != years and float(Decimal(months) / 12) == years:
        return f"{months}个月"
    return _plain(Decimal(repr(float(years)))) + "年"


def significant(number: float, digits: int = 3) -> str:
    """A number to so many significant digits, with thousands separators, never in exponents."""
    if not math.isfinite(number):
        return "—"
    if number == 0:
        return "0"
    decimals = max(0, digits - 1 - math.floor(math.log10(abs(number))))
    return f"{number:,.{decimals}f}"


def format_money(amount: float, digits: int = 3) -> str:
    """CNY for reading, to sensible digits: ``1.23亿元`` / ``CNY 123 m``.

    Parameters: ``amount`` in CNY; ``digits`` significant. Limits: rounded, so it does not read back exactly.
    """
    if not math.isfinite(amount):
        return "—"
    amount = 0.0 if abs(amount) < 0.005 else amount  # less than half a cent is rounding of sums and no money
    # Round first, then choose the unit: 9,999.9万元 is 1.00亿元.
    rounded = float(f"{amount:.{digits - 1}e}")
    size = abs(rounded)
    zh_unit, zh_scale = ("亿元", 1e8) if size >= 1e8 else ("万元", 1e4) if size >= 1e4 else ("元", 1.0)
    en_unit, en_scale = (" bn", 1e9) if size >= 1e9 else (" m", 1e6) if size >= 1e6 else ("", 1.0)
    return t(
        f"{significant(rounded / zh_scale, digits)}{zh_unit}", f"CNY {significant(rounded / en_scale, digits)}{en_unit}"
    )


def format_rate(rate: float, decimals: int = 1) -> str:
    """A decimal as a percentage for reading: ``12.3%``."""
    return "—" if not math.isfinite(rate) else f"{100 * rate:,.{decimals}f}%"


def format_years(years: float) -> str:
    """Years for reading: ``8年`` / ``8 years``."""
    text = _plain(Decimal(repr(round(float(years), 2))))
    return t(f"{text}年", f"{text} year{'' if text == '1' else 's'}")
