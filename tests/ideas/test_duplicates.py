import pytest
from django.core.management import CommandError, call_command

from crowd.errors import Invalid, NotAllowed, NotFound, NotSignedIn, PhaseClosed
from crowd.events.models import Event
from crowd.people.models import CampaignRole
from ideas.actions import cast_vote, fold_votes, merge_idea, move_vote, recount_together, unmerge_idea
from ideas.handlers import count_together
from ideas.handlers import fold_votes as on_votes
from ideas.models import Idea, IdeaChange, Vote
from ideas.queries import vote_counts
from tests.factories import pages
from tests.factories.ideas import idea
from tests.factories.people import person, with_role

pytestmark = pytest.mark.django_db

Moderation, Progress = Idea.Moderation, Idea.Progress


def pair(**fields):
    """An idea, its duplicate-to-be, and a moderator."""
    campaign = pages.campaign()
    cycle = pages.cycle(campaign, **fields)
    return idea(cycle, title="Первая"), idea(cycle, title="Вторая"), with_role("moderator", campaign)


def support(mine, *people, value=1):
    for somebody in people:
        cast_vote(person=somebody, idea=mine, value=value)


def joined(**fields):
    into, mine, moderator = pair(**fields)
    merge_idea(actor=moderator, idea_id=mine.pk, into_id=into.pk)
    into.refresh_from_db()
    mine.refresh_from_db()
    return into, mine, moderator


def together(mine):
    return Idea.objects.values_list("together_for", flat=True).get(pk=mine.pk)


def test_supporters_of_both_are_counted_as_people():
    into, mine, moderator = pair()
    both, one, other = person(), person(), person()
    support(into, both, one)
    support(mine, both, other)

    merge_idea(actor=moderator, idea_id=mine.pk, into_id=into.pk, reason="Об одном и том же.")

    mine.refresh_from_db()
    assert (mine.progress, mine.merged_into, together(into), together(mine)) == (Progress.MERGED, into, 3, None)
    told = IdeaChange.objects.get(idea=mine)
    assert (told.step, told.by, told.reason) == ("merge", "moderator", "Об одном и том же.")
    assert Event.objects.get(kind="idea.merged").payload == {"cycle": mine.cycle_id, "into": into.pk}
    assert Event.objects.get(kind="idea.duplicates_changed").subject_id == into.pk


def test_it_can_be_undone():
    into, mine, moderator = joined()
    support(into, person())

    unmerge_idea(actor=moderator, idea_id=mine.pk, reason="Всё же о разном.")

    mine.refresh_from_db()
    assert (mine.progress, mine.merged_into, together(into)) == (Progress.OPEN, None, None)
    assert list(IdeaChange.objects.filter(idea=mine).values_list("step", "reason")) == [
        ("merge", ""),
        ("unmerge", "Всё же о разном."),
    ]
    assert Event.objects.get(kind="idea.unmerged").payload == {"cycle": mine.cycle_id, "from": into.pk}
    with pytest.raises(PhaseClosed):
        unmerge_idea(actor=moderator, idea_id=mine.pk)


@pytest.mark.parametrize(
    ("role", "capacity"),
    [
        ("author", "author"),
        ("moderator", "moderator"),
        ("editor", "editor"),
        ("body", None),
        ("expert", None),
        ("operator", None),
        ("approver", None),
        ("resident", None),
    ],
)
def test_who_joins_and_parts(role, capacity):
    into, mine, _moderator = pair()
    campaign = mine.cycle.get_parent().specific
    actor = mine.author if role == "author" else person()
    if role in CampaignRole.Role.values:
        CampaignRole.objects.create(person=actor, role=role, campaign=campaign)

    def join_and_part():
        merge_idea(actor=actor, idea_id=mine.pk, into_id=into.pk, reason="Слова")
        unmerge_idea(actor=actor, idea_id=mine.pk, reason="Слова")

    if capacity:
        join_and_part()
    else:
        with pytest.raises(NotAllowed):
            join_and_part()

    # What an author says nobody has looked at: the history does not tell it.
    words = "" if capacity == "author" else "Слова"
    assert list(IdeaChange.objects.values_list("by", "reason")) == [(capacity, words)] * 2 * bool(capacity)


def test_who_holds_the_role_elsewhere_joins_nothing():
    into, mine, _moderator = pair()

    for role in ("moderator", "editor"):
        with pytest.raises(NotAllowed):
            merge_idea(actor=with_role(role, pages.campaign("Там")), idea_id=mine.pk, into_id=into.pk)


def test_nobody_signed_in_joins_or_moves():
    into, mine, _moderator = joined()

    for act in (
        lambda: merge_idea(actor=None, idea_id=into.pk, into_id=mine.pk),
        lambda: unmerge_idea(actor=None, idea_id=mine.pk),
        lambda: move_vote(person=None, idea_id=mine.pk),
    ):
        with pytest.raises(NotSignedIn):
            act()


def test_an_author_does_not_undo_what_the_staff_has_done():
    _into, mine, _moderator = joined()

    with pytest.raises(NotAllowed):
        unmerge_idea(actor=mine.author, idea_id=mine.pk)


@pytest.mark.parametrize("moderation", [value for value in Moderation.values if value != "published"])
def test_what_is_not_public_joins_nothing(moderation):
    into, mine, moderator = pair()
    Idea.objects.filter(pk=mine.pk).update(moderation=moderation)

    with pytest.raises(PhaseClosed):
        merge_idea(actor=moderator, idea_id=mine.pk, into_id=into.pk)


@pytest.mark.parametrize("progress", [value for value in Progress.values if value != "merged"])
def test_from_which_state_an_idea_joins(progress):
    into, mine, moderator = pair()
    Idea.objects.filter(pk=mine.pk).update(progress=progress)

    if progress in {Progress.OPEN, Progress.SHORTLISTED}:
        merge_idea(actor=moderator, idea_id=mine.pk, into_id=into.pk)
    else:
        with pytest.raises(PhaseClosed):
            merge_idea(actor=moderator, idea_id=mine.pk, into_id=into.pk)


def test_neither_rings_nor_chains_nor_strangers():
    into, mine, moderator = joined()
    third = idea(into.cycle)
    wrong = {
        "itself": (into, into),
        "a duplicate": (third, mine),
        "one that has duplicates": (into, third),
        "another cycle": (third, idea(pages.cycle(into.cycle.get_parent().specific))),
        "hidden": (third, idea(into.cycle, moderation=Moderation.HIDDEN)),
        "withdrawn": (third, idea(into.cycle, progress=Progress.WITHDRAWN)),
    }

    for one, other in wrong.values():
        with pytest.raises(Invalid) as refused:
            merge_idea(actor=moderator, idea_id=one.pk, into_id=other.pk)
        assert list(refused.value.fields) == ["into"]
    with pytest.raises(Invalid):
        merge_idea(actor=moderator, idea_id=third.pk, into_id=999_999)
    with pytest.raises(NotFound):
        merge_idea(actor=moderator, idea_id=999_999, into_id=third.pk)

    assert Idea.objects.exclude(merged_into=None).get() == mine


def test_votes_that_come_later_are_counted_by_the_worker():
    into, mine, _moderator = joined()
    somebody = person()
    support(into, somebody)

    on_votes(list(Event.objects.filter(kind="vote.cast")))
    asked = Event.objects.filter(kind="idea.support_changed")
    count_together(list(asked))

    assert [event.subject_id for event in asked] == [into.pk]
    assert (together(into), together(mine)) == (1, None)


def test_where_there_are_no_duplicates_nothing_is_asked():
    mine = idea()
    support(mine, person())

    on_votes(list(Event.objects.filter(kind="vote.cast")))

    assert Event.objects.filter(kind="idea.support_changed").count() == 0


def test_a_hidden_duplicate_counts_for_nothing():
    into, mine, moderator = pair()
    support(mine, person())
    merge_idea(actor=moderator, idea_id=mine.pk, into_id=into.pk)
    Idea.objects.filter(pk=mine.pk).update(moderation=Moderation.HIDDEN)

    changed = recount_together(idea_id=mine.pk)

    assert (changed, together(into)) == (into.pk, None)


def test_told_voices_of_duplicates_are_not_added():
    into, mine, moderator = pair()
    Idea.objects.filter(pk=into.pk).update(imported_votes=10, votes_for=10)
    Idea.objects.filter(pk=mine.pk).update(imported_votes=7, votes_for=7)
    support(mine, person())

    merge_idea(actor=moderator, idea_id=mine.pk, into_id=into.pk)

    assert together(into) == 11


def test_a_voice_moves_in_one_step():
    into, mine, moderator = pair()
    voter = person()
    support(mine, voter)
    merge_idea(actor=moderator, idea_id=mine.pk, into_id=into.pk)

    moved = move_vote(person=voter, idea_id=mine.pk)

    assert (moved.idea_id, moved.value) == (into.pk, 1)
    assert Vote.objects.get(idea=mine).value == 0
    assert (vote_counts(mine.pk), vote_counts(into.pk)) == ((0, 0), (1, 0))
    for one in (into, mine):
        fold_votes(idea_id=one.pk)
        one.refresh_from_db()
    assert (mine.votes_for, into.votes_for, into.together_for) == (0, 1, 1)
    with pytest.raises(NotFound):
        move_vote(person=voter, idea_id=mine.pk)


def test_a_voice_for_both_becomes_one():
    into, mine, moderator = pair()
    voter = person()
    support(into, voter)
    support(mine, voter)
    merge_idea(actor=moderator, idea_id=mine.pk, into_id=into.pk)

    move_vote(person=voter, idea_id=mine.pk)

    assert sorted(Vote.objects.values_list("idea", "value")) == sorted([(into.pk, 1), (mine.pk, 0)])
    assert vote_counts(into.pk) == (1, 0)


def test_where_voices_are_numbered_moving_costs_none():
    into, mine, moderator = pair(voting="budget", votes_each=1)
    voter = person()
    support(mine, voter)
    merge_idea(actor=moderator, idea_id=mine.pk, into_id=into.pk)

    move_vote(person=voter, idea_id=mine.pk)

    assert list(Vote.objects.filter(value=1).values_list("idea", flat=True)) == [into.pk]


def test_after_voting_no_voice_moves():
    into, mine, moderator = pair()
    voter = person()
    support(mine, voter)
    merge_idea(actor=moderator, idea_id=mine.pk, into_id=into.pk)
    mine.cycle.phases.all().delete()

    with pytest.raises(PhaseClosed):
        move_vote(person=voter, idea_id=mine.pk)

    assert Vote.objects.get().value == 1


def test_only_an_own_voice_for_moves():
    _into, mine, _moderator = joined()

    with pytest.raises(NotFound):
        move_vote(person=person(), idea_id=mine.pk)


def test_reconcile_proves_the_count(capsys):
    into, _mine, _moderator = joined()
    call_command("reconcile")
    Idea.objects.filter(pk=into.pk).update(together_for=5)

    with pytest.raises(CommandError):
        call_command("reconcile")
    call_command("reconcile")

    assert f"Idea {into.pk}: 5 supporters with duplicates were stored, 0 are right." in capsys.readouterr().out
    assert together(into) == 0


def test_a_supporter_moves_the_voice_from_the_page(client):
    into, mine, moderator = pair()
    voter = person()
    support(mine, voter)
    merge_idea(actor=moderator, idea_id=mine.pk, into_id=into.pk)
    client.force_login(voter)

    offered = client.get(mine.get_absolute_url()).content.decode()
    response = client.post(f"/ideas/{mine.pk}/move-vote/")
    again = client.get(mine.get_absolute_url()).content.decode()

    assert ("Перенести голос" in offered, "Перенести голос" in again) == (True, False)
    assert (response.status_code, response["Location"]) == (303, into.get_absolute_url())


def test_pages_of_both_name_each_other(client):
    into, mine, moderator = pair()
    support(mine, person())
    merge_idea(actor=moderator, idea_id=mine.pk, into_id=into.pk)

    pages_of = [client.get(one.get_absolute_url()).content.decode() for one in (into, mine)]

    assert mine.get_absolute_url() in pages_of[0]
    assert "Вместе их поддержал 1 человек." in " ".join(pages_of[0].split())
    assert into.get_absolute_url() in pages_of[1]


def test_hidden_counts_stay_hidden_together(client):
    into, mine, moderator = pair(counts_shown="at_end")
    support(mine, person())
    merge_idea(actor=moderator, idea_id=mine.pk, into_id=into.pk)

    page = client.get(into.get_absolute_url()).content.decode()

    assert "Вместе их поддержал" not in page


@pytest.mark.parametrize("typed", ["{pk}", "{url}", "http://testserver{url}", "/en{url}?page=2"])
def test_the_other_idea_is_named_by_number_or_address(client, typed):
    into, mine, moderator = pair()
    client.force_login(moderator)
    named = typed.format(pk=into.pk, url=into.get_absolute_url())

    response = client.post(f"/ideas/{mine.pk}/merge/", {"into": named, "reason": "Одно и то же."})

    mine.refresh_from_db()
    assert (response.status_code, mine.merged_into_id) == (303, into.pk)


def test_nothing_named_is_refused_and_the_reason_is_kept(client):
    _into, mine, moderator = pair()
    client.force_login(moderator)

    response = client.post(f"/ideas/{mine.pk}/merge/", {"into": "вот эта", "reason": "Одно и то же."})

    assert (response.status_code, list(response.context["form"].errors)) == (422, ["into"])
    assert "Одно и то же." in response.content.decode()


def test_a_moderator_parts_them_by_the_page(client):
    _into, mine, moderator = joined()
    client.force_login(moderator)

    asked = client.get(f"/ideas/{mine.pk}/unmerge/")
    response = client.post(f"/ideas/{mine.pk}/unmerge/", {"reason": ""})

    mine.refresh_from_db()
    assert (asked.status_code, response.status_code, mine.progress) == (200, 303, Progress.OPEN)
