"""The one error that people see."""


class Problem(Exception):
    """Something a person can mend: its text is one line that says what is wrong, where, and the next step."""
