"""Turns a queue message about an uploaded image into a result beside it."""
