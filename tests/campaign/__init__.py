"""The fault campaign: everything that can go wrong, at once and many times, and then a reckoning."""
