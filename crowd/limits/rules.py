"""How often a person and a network may act. A network is many people (a village behind one address), so it may more.

Every window divides a day: the key of the hashes changes at the edge of a window, never within one.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Limit:
    """At most `person` and `network` times within `seconds`; 0 means that this side is not counted."""

    seconds: int
    person: int
    network: int


LIMITS = {
    "sign_up": Limit(seconds=3600, person=5, network=30),
    "sign_in": Limit(seconds=900, person=10, network=100),
    "second_factor": Limit(seconds=900, person=10, network=100),
    "password_reset": Limit(seconds=3600, person=5, network=50),
    "confirm_email": Limit(seconds=3600, person=5, network=50),
    "post": Limit(seconds=600, person=30, network=600),
    # What is typed into the form of an idea, kept every few seconds.
    "draft": Limit(seconds=60, person=40, network=1200),
    # Letters to people whom an author names.
    "invite": Limit(seconds=3600, person=10, network=100),
    "answer": Limit(seconds=60, person=60, network=1200),
    "vote": Limit(seconds=60, person=60, network=1200),
    "react": Limit(seconds=60, person=60, network=1200),
    "rate": Limit(seconds=60, person=30, network=600),
    "search": Limit(seconds=60, person=60, network=600),
    # Asked by the form of an idea at each pause of whoever types; takes nothing from their searches.
    "similar": Limit(seconds=60, person=60, network=1200),
    # Drawing a picture that is not kept yet; asking for one that is kept is free.
    "share_picture": Limit(seconds=60, person=0, network=60),
    "flag": Limit(seconds=600, person=30, network=300),
    "appeal": Limit(seconds=3600, person=10, network=100),
}
