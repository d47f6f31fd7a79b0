"""The HTTP side: connections, what callers send, and which API a request belongs to."""
