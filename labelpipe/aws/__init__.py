"""Adapters to AWS: a client goes in, our values and errors come out. Ships to Lambda."""
