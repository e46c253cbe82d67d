"""Measure 5: transfer and commercialisation of research (成果转化; rulebook T1–T7)."""
