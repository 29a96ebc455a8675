import pytest

from ideas.documents import documents
from tests.factories.ideas import idea

pytestmark = pytest.mark.django_db


def test_support_counts_imported_voices_once():
    mine = idea(votes_for=10, imported_votes=7)

    (document,) = documents([mine.pk])

    assert document.support == 10
