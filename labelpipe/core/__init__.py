"""Values and decisions, with no I/O and the standard library only. Ships to Lambda."""
