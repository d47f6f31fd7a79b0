"""Labelled images: drawn samples, imports and manifests. Workstation only."""
