"""The labelpipe command: one command a file, which parses and prints."""
