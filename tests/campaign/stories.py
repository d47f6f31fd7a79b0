"""What happens to one image: uploads, overwrites, deletions and messages, in an order that a seed decides."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from random import Random

from tests.campaign.contents import Content, other


@dataclass(frozen=True)
class Upload:
    """A new version. manner: put, multipart or copy, which S3 tells by different events."""

    key: str
    content: Content
    manner: str = "put"


@dataclass(frozen=True)
class Delete:
    """A delete marker: the versions stay."""

    key: str


@dataclass(frozen=True)
class Tell:
    """Our own copy of the event of an upload of the key, as if S3 had sent it twice, or late."""

    key: str
    upload: int
    """Which: 0 is the first."""
    delay: int
    """Seconds until the queue shows it."""
    versioned: bool = True
    """Whether it names the version: what backfills write does not."""


Step = Upload | Delete | Tell


class Moment(Enum):
    """Of the work on an image, as its calls to S3 show it."""

    LOOKED = "it was looked at"
    WRITING = "its result is about to be written"
    WRITTEN = "its result was just written"


@dataclass(frozen=True)
class Kill:
    """All workers of the image's route."""

    key: str


@dataclass(frozen=True)
class Ambush:
    """What happens while the image is worked on, once."""

    moment: Moment
    deeds: tuple[Upload | Delete | Kill, ...]


FOR_EVER = 1_000_000


@dataclass(frozen=True)
class Story:
    """One image. denials: how often S3 refuses to let it be read."""

    key: str
    steps: tuple[Step, ...]
    ambush: Ambush | None = None
    denials: int = 0


Tale = Callable[[str, Content, Random], Story]


def plain(key: str, content: Content, random: Random) -> Story:
    """One upload."""
    return Story(key, (_first(key, content, random),))


def repeated(key: str, content: Content, random: Random) -> Story:
    """Its event comes again: at once, later, or as a backfill writes it."""
    copies = [Tell(key, 0, random.randrange(12), random.random() < 0.7) for _ in range(random.randint(1, 3))]
    return Story(key, (_first(key, content, random), *copies))


def overwritten(key: str, content: Content, random: Random) -> Story:
    """By one or two others; events of the older ones come last."""
    newer = [Upload(key, other(content), _manner(random))]
    if random.random() < 0.3:
        newer.append(Upload(key, other(newer[0].content), _manner(random)))
    late = [Tell(key, upload, random.randrange(12)) for upload in range(len(newer))]
    return Story(key, (_first(key, content, random), *newer, *late))


def deleted(key: str, content: Content, random: Random) -> Story:
    """And told again afterwards."""
    return Story(key, (_first(key, content, random), Delete(key), Tell(key, 0, random.randrange(8))))


def reborn(key: str, content: Content, random: Random) -> Story:
    """Deleted, and uploaded again as another."""
    again = Upload(key, other(content), _manner(random))
    return Story(key, (_first(key, content, random), Delete(key), again, Tell(key, 0, random.randrange(8))))


def overwritten_in_flight(key: str, content: Content, random: Random) -> Story:
    """At any moment of the work on it."""
    return _ambushed(key, content, random, Upload(key, other(content)))


def deleted_in_flight(key: str, content: Content, random: Random) -> Story:
    """At any moment of the work on it."""
    return _ambushed(key, content, random, Delete(key))


def reborn_in_flight(key: str, content: Content, random: Random) -> Story:
    """Deleted and uploaded again within one moment of the work on it."""
    return _ambushed(key, content, random, Delete(key), Upload(key, other(content)))


def killed(key: str, content: Content, random: Random) -> Story:
    """With everything that its route is working on."""
    return _ambushed(key, content, random, Kill(key))


def refused_for_a_while(key: str, content: Content, random: Random) -> Story:
    """403 for the first reads."""
    return Story(key, (Upload(key, content),), denials=random.randint(1, 3))


def refused_for_ever(key: str, content: Content, random: Random) -> Story:
    """403 for every read: the one cause besides unreadable messages for which a dead letter is right."""
    return Story(key, (Upload(key, content),), denials=FOR_EVER)


def _ambushed(key: str, content: Content, random: Random, *deeds: Upload | Delete | Kill) -> Story:
    return Story(key, (Upload(key, content),), Ambush(random.choice(list(Moment)), deeds))


def _first(key: str, content: Content, random: Random) -> Upload:
    return Upload(key, content, _manner(random))


def _manner(random: Random) -> str:
    return random.choices(("put", "multipart", "copy"), (8, 1, 1))[0]
