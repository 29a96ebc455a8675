"""Whatever is typed is plain text: it is answered, and it is no language of the server's."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories.ideas import idea
from tests.factories.pages import cycle
from tests.search.conftest import filled, refresh

BAD = {
    "10,000 characters": "каток" * 2000,
    "1,000 one-letter words": "а б в г д " * 200,
    "only wildcards": "*** ??? %%% ___",
    "Lucene": 'title:(каток AND NOT) || "~5 ^2 [* TO *] {a} \\ /.*/',
    "emoji": "🛝🏒 👩‍👩‍👧‍👦",
    "right to left": "\u202eшалаш\u202c مرحبا שלום",
    "NUL": "каток\x00",
    "HTML": "<script>alert(1)</script>",
}


@pytest.mark.parametrize("text", BAD.values(), ids=BAD.keys())
def test_bad_query_is_answered(engine, text):
    parent = cycle()
    idea(parent, title="Каток")
    filled(engine)
    refresh(engine)

    answers = [
        Client().get(reverse("search:search"), {"q": text}),
        Client().get(reverse("search:similar"), {"title": text, "text": text}),
        Client().get(parent.url, {"q": text}),
    ]

    assert [answer.status_code for answer in answers] == [200] * 3
    assert b"<script>alert(1)" not in b"".join(answer.content for answer in answers[::2])
