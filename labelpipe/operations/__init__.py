"""What an operator does to a deployed pipeline: releases and the like. Workstation only."""
