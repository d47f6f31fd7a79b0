"""The controller in a simulated fortnight in which everything goes wrong that can."""
