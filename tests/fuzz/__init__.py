"""Seeded nonsense for the stand-in: valid, nearly valid and hostile requests against a server process with state."""
