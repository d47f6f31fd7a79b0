"""Entry points only: parse, call, answer."""
