"""Measure 2: technology credit (rulebook C1–C17): white list, risk pool, compensation, guarantee company, relending.

The rules against being paid twice (N1–N3, N8) stand here as well: lending is where they bite.
"""
