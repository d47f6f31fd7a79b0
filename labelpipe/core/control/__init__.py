"""When models run: what is seen, what is wanted, and what is to be done about it."""
