"""The parts of a report: each reads a subject and gives blocks. They word what outcomes computed and compute nothing."""
