"""The double of Custom Labels: a real HTTP server that shares no code with what it stands in for."""
