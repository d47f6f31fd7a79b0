"""Files that are not what people should upload: the corpus of them, each with the result that it must get."""

from labelpipe.core.codes import Code
from tests.campaign.contents import Content
from tests.corpus import CORPUS


def odd_files() -> list[Content]:
    """One of each kind, but for those that are refused for the time that they take: it is the machine's matter then."""
    quick = [case for case in CORPUS if case.code is not Code.TOO_COSTLY]
    return [Content(case.name, case.suffix, case.make, case.status, case.code) for case in quick]
