"""Measure 7: grants that become equity (拨改投, 先投后股, 拨投贷; rulebook G1–G10)."""
