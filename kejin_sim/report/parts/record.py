"""How to make the same figures again: the birth certificate of the run."""

from __future__ import annotations

from kejin_sim.lang import t
from kejin_sim.report.document import Block, Code, Facts, Heading, Paragraph
from kejin_sim.report.subject import Subject


def record(subject: Subject, *, full: bool = False) -> list[Block]:
    """Command, version, seed and digests. ``full``: everything in the manifest."""
    about = subject.run.manifest
    residual = subject.summary.get("ledger_residual")
    checked = f"{residual.quantiles[-1]:.0e}" if residual is not None and residual.n else "—"
    said = t(
        f"同一版本、同一方案、同一种子，用下面的命令可得到一位不差的数字。总账逐季核对，P95相对差异 {checked}。",
        f"The same version, scenario and seed give the same digits with the command below. The ledger is checked every "
        f"quarter; relative residual at P95: {checked}.",
    )
    facts = [
        (t("版本", "Version"), f"kejin_sim {about['kejin_sim']}"),
        (t("种子、路径", "Seed, paths"), t(f"{about['seed']}，{about['paths']:,} 条", f"{about['seed']}, {about['paths']:,}")),
    ]  # fmt: skip
    digests = [
        (t("方案摘要", "Scenario digest"), str(about["scenario_digest"])),
        (t("参数摘要", "Parameters digest"), str(about["parameters_digest"])),
        (t("数值输入摘要", "Inputs digest"), str(about["inputs_digest"])),
    ]  # fmt: skip
    if not full:
        names = (t("方案", "scenario"), t("参数", "parameters"), t("数值输入", "inputs"))
        short = t("；", "; ").join(f"{name} {digest[:16]}" for name, (_, digest) in zip(names, digests, strict=True))
        facts = [(t("摘要", "Digests"), short)]  # version, seed and paths are in the letterhead
    else:
        facts += [
            *digests,
            (t("程序源码摘要", "Source digest"), str(about["source_digest"])),
            (t("引擎", "Engine"), str(about["engine"])),
            (t("起始季度", "First quarter"), f"{about['first_quarter']}, {about['quarters']}"),
            ("Python", str(about["python"])),
            *((name, str(version)) for name, version in about["libraries"].items()),
            *((name, str(file["sha256"])) for name, file in about["files"].items()),
        ]  # fmt: skip
    return [
        Heading(t("怎样复现", "How to reproduce it")),
        Paragraph(said),
        Code(str(about["command"])),
        Facts(tuple(facts)),
    ]
