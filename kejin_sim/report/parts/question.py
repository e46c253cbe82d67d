"""What is asked, of which package, against which baseline, and how it is answered."""

from __future__ import annotations

from typing import Final

from kejin_sim.lang import t
from kejin_sim.outcomes.measures import measure_label
from kejin_sim.outcomes.statistics import TAIL, paths_needed
from kejin_sim.report.document import Block, Heading, Paragraph, Ref, Table
from kejin_sim.report.findings import key_label
from kejin_sim.report.subject import Subject
from kejin_sim.scenario.changes import Change

_MOST_CHANGES: Final = 12  # in the table; the others are counted


def measures(subject: Subject) -> str:
    """The measures that are on, as a phrase."""
    names = [t(*measure_label(measure)) for measure in subject.measures]
    return t("、", "; ").join(names) if names else t("没有任何措施", "no measure at all")


def question(subject: Subject) -> list[Block]:
    """The question and the method in two paragraphs."""
    scenario = subject.scenario
    years, policy = (int(subject.number(f"time.{name}_years")) for name in ("horizon", "policy"))
    against_zh = f"与“{subject.baseline}”相比，" if subject.has_twin else ""
    against_en = f" compared with “{subject.baseline}”" if subject.has_twin else ""
    letter = scenario.letterhead.told
    basis = t(f"依据：{letter.based_on}。", f"Based on: {letter.based_on}. ") if letter.based_on else ""
    asked = t(
        f"实施“{scenario.title}”，{against_zh}市财政从{scenario.start.label}起的{years}年里要花多少、能收回多少，"
        f"各方得多少、失多少，城市多得到什么，其中多少本来就会发生？",
        f"If “{scenario.title}” is carried out{against_en}, what does the city treasury pay and get back in the {years} "
        f"years from {scenario.start.label}, what do the parties gain and lose, what does the city gain, and how much of "
        f"that would have happened anyway?",
    )
    beside = t(
        "每条路径用同一组随机数同时模拟方案与基准，两者之差就是方案带来的；",
        "each path simulates package and twin on the same random numbers, so that their difference is what the package "
        "brings; ",
    ) if subject.has_twin else t("没有与基准比较；", "there is no twin to compare with; ")  # fmt: skip
    how = t(
        f"测算办法：蒙特卡洛模拟 {subject.paths:,} 条路径，政策期{policy}年、观察期{years}年；{beside}"
        f"每一元钱都记账，逐季核对。文中数字除另有说明外是各路径的均值，方括号是95%区间，只反映模拟次数有限，不反映参数对不对。",
        f"Method: Monte Carlo simulation of {subject.paths:,} paths, {policy} policy years and a horizon of {years}; {beside}"
        f"every yuan is booked and checked each quarter. Figures are means over paths unless said otherwise; brackets are "
        f"95 % intervals, which say whether there were paths enough, not whether the parameters are right.",
    )
    enough = paths_needed(TAIL)
    if subject.paths < enough:
        how += t(
            f"路径不足{enough}条，P5、P95和最差5%路径的均值只是大概，没有区间。",
            f" With fewer than {enough} paths P5, P95 and the mean of the worst 5 % are rough and have no interval.",
        )
    measured = t(f"模拟的措施：{measures(subject)}。", f"Measures simulated: {measures(subject)}.")
    description = letter.description
    said = t(f"方案要点：{description}", f"The package in its author's words: {description}") if description else ""
    blocks: list[Block] = [
        Heading(t("要回答的问题", "The question")),
        Paragraph(asked),
        Paragraph(f"{basis}{measured}"),
    ]
    if said:
        blocks.append(Paragraph(said))
    return [*blocks, *_changes(subject), Paragraph(how)]


def _changes(subject: Subject) -> list[Block]:
    """What is not as in the scenario that this one extends."""
    base, changes = subject.run.base, subject.changes
    if base is None:
        return []
    named = t(f"“{base.title}”（{base.name}）", f"“{base.title}” ({base.name})")
    if not changes:
        return [
            Paragraph(t(f"各项数值与所扩展的{named}完全相同。", f"All numbers are those of {named}, which it extends."))
        ]
    rows = tuple((_label(change), change.old, change.new) for change in changes[:_MOST_CHANGES])
    rest = len(changes) - len(rows)
    notes = (
        [t(f"另有 {rest} 项，用 kejin check --json 查看。", f"{rest} more are listed by kejin check --json.")]
        if rest
        else []
    )
    caption = t(f"与 {base.name} 不同的 {len(changes)} 项", f"{len(changes)} not as in {base.name}")
    if len(changes) == 1:
        caption = t(f"与 {base.name} 不同的 1 项", f"The one that is not as in {base.name}")
    id_ = "tab-changes"
    lead = (
        t("本方案在", "The package builds on "),
        named,
        t("上修改，改动见", "; what was changed is in "),
        Ref(id_),
        t("。", "."),
    )
    head = (t("改了什么", "What was changed"), t("原来", "From"), t("现在", "To"))
    table = Table(id_, caption, head, rows, "lll", (2.2, 1.0, 1.0), tuple(notes), breakable=True)
    return [Paragraph(lead), table]


def _label(change: Change) -> str:
    """With the measure, where the key is one of the package's."""
    return key_label(change.key, t(change.zh, change.en))
