"""Trainings, each in a process of its own, and what they leave in S3."""
