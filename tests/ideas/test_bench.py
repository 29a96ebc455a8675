"""Filling a database for benchmarks: as many rows as asked for, the same each time, with counts that agree."""

import io

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from crowd.people.models import Person
from discussions.models import Comment, Thread
from ideas.bench import Size, shares, voters
from ideas.models import FacetCount, Idea, TaggedIdea, Vote
from tests.factories.people import person

pytestmark = pytest.mark.django_db


def load_bench(**numbers):
    out = io.StringIO()
    call_command("load_bench", stdout=out, **({"ideas": 30, "users": 20, "comments": 100, "votes": 200} | numbers))
    return out.getvalue()


def check_loaded():
    printed = load_bench()

    assert [Idea.objects.count(), Person.objects.count(), Comment.objects.count()] == [30, 20, 100]
    assert [Vote.objects.count(), Thread.objects.count()] == [200, 30]
    assert FacetCount.objects.get(facet="all").count == 30
    assert TaggedIdea.objects.exists()
    assert "200 votes" in printed
    out = io.StringIO()
    call_command("reconcile", stdout=out)
    assert out.getvalue() == "Every count agrees with its rows.\n"
    # Whoever writes next gets an id of their own.
    assert person().pk > Person.objects.filter(email="bench20@example.org").get().pk


def test_loads_what_was_asked_for_with_counts_that_agree():
    check_loaded()


@pytest.mark.postgresql
def test_loads_on_postgresql_too():
    assert connection.vendor == "postgresql"

    check_loaded()


def test_same_numbers_make_the_same_rows():
    load_bench()
    first = list(Idea.objects.order_by("pk").values_list("title", "votes_for", "residents_for", "fair_key"))

    load_bench()

    second = list(Idea.objects.order_by("pk").values_list("title", "votes_for", "residents_for", "fair_key"))[30:]
    assert second == first
    assert Person.objects.count() == 20


def test_database_of_real_people_is_left_alone():
    person(email="maria@yugra.example")

    with pytest.raises(CommandError, match="Real people have accounts"):
        load_bench()

    assert Idea.objects.count() == 0
    assert "done" in load_bench(yes=True)


@pytest.mark.parametrize("numbers", [{"ideas": 0}, {"votes": 601}, {"comments": -1}])
def test_numbers_that_cannot_be_are_refused(numbers):
    with pytest.raises(CommandError):
        load_bench(**numbers)


def test_shares_add_up_and_hold_their_limit():
    parts = shares(1000, 30, most=50)

    assert sum(parts) == 1000
    assert max(parts) <= 50
    assert min(parts) > 0


def test_voters_of_an_idea_are_different_people():
    assert sorted(voters(7, 20, 20)) == list(range(20))


def test_size_names_what_does_not_fit():
    with pytest.raises(ValueError, match="more votes than pairs"):
        Size(ideas=2, users=3, votes=7)
