"""Starts and stops the models of every route, once a minute."""
