"""What running a model costs: planned from arrivals, against what could have been known."""
