"""How good answers are: matching and metrics. Workstation only."""
