"""Loans, risk pool, guarantor and banks in the compiled loop (measure 2, and the world's ordinary lending)."""
