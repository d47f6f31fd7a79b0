"""Files that are not what people should upload: the corpus of them, each with the result that it must get."""

from tests.campaign.contents import Content
from tests.corpus import CORPUS


def odd_files() -> list[Content]:
    """One of each kind."""
    return [Content(case.name, case.suffix, case.make, case.status, case.code) for case in CORPUS]
