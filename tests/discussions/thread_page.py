"""What the tests of a thread's pages ask and read."""

import re

JSON = {"accept": "application/json"}


def address(place, query=""):
    return f"/threads/{place.pk}/comments/{query}"


def host_url(place):
    return place.block.get_url()


def said_in(page):
    """The numbers of the comments that `comments()` wrote, as they follow each other on the page."""
    return [int(number) for number in re.findall(r"Сообщение (\d+)<", page)]
