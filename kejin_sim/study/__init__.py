"""Studies: compare, sweep, combine, attribute, decide. All stand on the same runs and the same draws."""
