"""Grants that become equity, in the compiled loop (measure 7)."""
