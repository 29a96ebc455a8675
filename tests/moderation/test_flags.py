from types import SimpleNamespace

import pytest
from django.db import IntegrityError, transaction
from django.http import Http404

from crowd.errors import ConsentMissing, Invalid, NotAllowed, NotSignedIn
from crowd.events.models import Event
from crowd.moderation.actions import erase_flags, flag_contribution, merge_flags
from crowd.moderation.flag_rules import are_enough, is_distrusted
from crowd.moderation.models import Flag, FlagReason
from crowd.people.models import Person
from crowd.people.personal_data import export_of, registry
from discussions.models import Comment
from ideas.models import Idea
from tests.factories import accounts, comments, ideas, pages, people
from tests.factories.flags import decided, flag

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign():
    return pages.campaign()


@pytest.fixture
def place(campaign):
    """A cycle and a thread of one campaign, and who wrote there."""
    return SimpleNamespace(
        cycle=pages.cycle(campaign), thread=comments.thread(pages.discussion(campaign)), author=people.person()
    )


def post_of(place, kind, state="published"):
    if kind == "idea":
        return ideas.idea(place.cycle, author=place.author, moderation=state)
    made = comments.comment(place.thread, author=place.author)
    Comment.objects.filter(pk=made.pk).update(moderation=state)
    return made


def somebody(who, place, campaign):
    if who == "author":
        return place.author
    if who == "administrator":
        return people.person(is_superuser=True)
    if who in {"resident", "newcomer"}:
        return people.person(standing="newcomer" if who == "newcomer" else "trusted")
    return people.with_role(who, campaign)


ROLES = ["resident", "newcomer", "expert", "operator", "editor", "moderator", "administrator", "author"]
STATES = {
    "idea": ["draft", "pending", "needs_work", "published", "hidden", "rejected"],
    "comment": ["pending", "published", "hidden", "rejected", "deleted"],
}
# What its author may see of the own posts that the public does not; a draft is no post yet.
OWN_SEEN = {"idea": set(STATES["idea"]) - {"draft"}, "comment": {"pending", "published"}}


@pytest.mark.parametrize(("kind", "state"), [(kind, state) for kind, states in STATES.items() for state in states])
@pytest.mark.parametrize("who", ROLES)
def test_who_may_flag_what(campaign, place, who, kind, state):
    post, person = post_of(place, kind, state), somebody(who, place, campaign)

    if who == "author" and state in OWN_SEEN[kind]:
        with pytest.raises(NotAllowed, match="Это ваша запись"):
            flag(post, person)
    elif state == "published":
        flag(post, person)
    else:
        with pytest.raises(Http404):
            flag(post, person)

    assert Flag.objects.count() == (who != "author" and state == "published")


def test_only_who_takes_part_flags(place):
    post, blocked = post_of(place, "idea"), people.person(is_active=False)
    unconfirmed = people.person(verification=Person.Verification.NONE)

    with pytest.raises(NotSignedIn):
        flag_contribution(person=None, kind="idea", subject_id=post.pk, reason=None)
    for person in (blocked, unconfirmed):
        with pytest.raises(NotAllowed):
            flag(post, person)
    accounts.consent_text()
    with pytest.raises(ConsentMissing):
        flag(post)

    assert Flag.objects.count() == 0


@pytest.mark.parametrize(("kind", "pk"), [("idea", 999999), ("comment", 999999), ("page", 1), ("", 0)])
def test_what_does_not_exist_is_not_flagged(kind, pk):
    reason = FlagReason.objects.get(slug="other")

    with pytest.raises(Http404):
        flag_contribution(person=people.person(), kind=kind, subject_id=pk, reason=reason)


@pytest.mark.parametrize("kind", ["idea", "comment"])
def test_what_stands_where_nobody_may_look_is_not_flagged(place, kind):
    post = post_of(place, kind)
    block = place.cycle if kind == "idea" else place.thread.block
    type(block).objects.filter(pk=block.pk).update(live=False)

    with pytest.raises(Http404):
        flag(post)


def test_a_flag_is_kept_and_told(campaign, place):
    post, person = post_of(place, "comment"), people.person()
    Event.objects.all().delete()

    made = flag(post, person, reason="threat", note="  Угрожает соседу.\r\nВчера тоже. ")

    made.refresh_from_db()
    assert (made.person, made.kind, made.subject_id, made.campaign_id) == (person, "comment", post.pk, campaign.pk)
    assert (made.reason.slug, made.note, made.state) == ("threat", "Угрожает соседу.\nВчера тоже.", "open")
    told = Event.objects.values_list("kind", "subject_kind", "subject_id", "actor_id", "campaign_id", "payload")
    assert list(told) == [("flag.raised", "comment", post.pk, person.pk, campaign.pk, {"flag": made.pk})]


def test_a_second_flag_changes_nothing(place):
    post, person = post_of(place, "idea"), people.person()
    first = flag(post, person, reason="insult", note="Первая")

    for reason in ("insult", "advertising"):
        again = flag_contribution(
            person=person,
            kind="idea",
            subject_id=post.pk,
            reason=FlagReason.objects.get(slug=reason),
            note="Вторая",
        )
        assert again == (first, False)

    assert list(Flag.objects.values_list("reason__slug", "note")) == [("insult", "Первая")]
    assert Event.objects.filter(kind="flag.raised").count() == 1


def test_a_button_pressed_twice_is_no_error_where_the_first_flag_has_hidden_the_post(place, settings):
    settings.FLAGS_TO_HIDE = 1
    post, person = post_of(place, "idea"), people.person()
    first = flag(post, person)

    assert Idea.objects.get(pk=post.pk).moderation == Idea.Moderation.PENDING
    assert flag(post, person) == first


@pytest.mark.parametrize(
    ("reason", "note", "fields"),
    [
        ("nonsense", "", ["reason"]),
        ("insult", "я" * 501, ["note"]),
        ("insult", "а\x00б", ["note"]),
        ("nonsense", "я" * 501, ["reason", "note"]),
    ],
)
def test_what_is_no_flag_is_refused_by_its_field(place, reason, note, fields):
    with pytest.raises(Invalid) as refused:
        flag(post_of(place, "idea"), reason=reason, note=note)

    assert list(refused.value.fields) == fields


def test_the_database_keeps_one_flag_per_person_and_post(place):
    made = flag(post_of(place, "idea"))

    with pytest.raises(IntegrityError), transaction.atomic():
        Flag.objects.create(
            person=made.person,
            kind="idea",
            subject_id=made.subject_id,
            campaign_id=made.campaign_id,
            reason=FlagReason.objects.get(slug="other"),
        )
    for state in ("upheld", "dismissed"):
        with pytest.raises(IntegrityError), transaction.atomic():
            Flag.objects.filter(pk=made.pk).update(state=state)


def test_the_reasons_are_there_from_the_start():
    reasons = list(FlagReason.objects.values_list("slug", "name"))

    assert reasons == [
        ("insult", "Оскорбление"),
        ("personal-data", "Чужие личные данные"),
        ("threat", "Угроза"),
        ("advertising", "Реклама"),
        ("off-topic", "Не по теме"),
        ("duplicate", "Повтор"),
        ("other", "Другое"),
    ]
    assert all(FlagReason.objects.values_list("name_en", flat=True))


@pytest.mark.parametrize(
    ("settled", "distrusted"),
    [
        ([], False),
        (["dismissed"] * 2, False),
        (["dismissed"] * 3, True),
        (["dismissed"] * 3 + ["upheld"] * 3, False),
        (["dismissed"] * 4 + ["upheld"] * 3, True),
        (["upheld"] * 10 + ["dismissed"] * 30, False),
        (["dismissed"] * 6 + ["upheld"] * 4 + ["upheld"] * 30, True),
    ],
)
def test_who_flags_in_vain_is_told_by_the_last_ten(settled, distrusted):
    assert is_distrusted(settled) == distrusted


@pytest.mark.parametrize(
    ("flags", "needed", "enough"), [(2, 3, False), (3, 3, True), (4, 3, True), (0, 0, False), (9, 0, False)]
)
def test_how_many_are_enough(flags, needed, enough):
    assert are_enough(flags, needed) == enough


def test_own_flags_are_handed_out_and_nobody_elses(place):
    post, person, other = post_of(place, "idea"), people.person(), people.person()
    flag(post, person, reason="off-topic", note="Это про другой город.")
    flag(post, other, note="Тайна другого")
    decided(post, "keep")

    [record] = export_of(person)["moderation.Flag"]

    assert (record["kind"], record["id"], record["reason"]) == ("idea", post.pk, "Не по теме")
    assert (record["note"], record["state"]) == ("Это про другой город.", "не подтвердилась")
    assert "Тайна" not in str(export_of(person))


def test_flags_are_erased_with_their_person_and_decisions_stay(place):
    post, person, other = post_of(place, "idea"), people.person(), people.person()
    flag(post, person)
    left = flag(post, other)
    decision = decided(post, "hide")

    registry.kinds["moderation.Flag"].erase(person)
    erase_flags(person=people.person())

    assert list(Flag.objects.values_list("pk", "decision")) == [(left.pk, decision.pk)]


def test_flags_move_to_the_account_that_stays(place):
    both, one = post_of(place, "idea"), post_of(place, "comment")
    keep, gone = people.person(), people.person()
    flag(both, keep, note="Оставшаяся")
    flag(both, gone, note="Лишняя")
    flag(one, gone, note="Переехала")

    registry.kinds["moderation.Flag"].merge(gone, keep)
    merge_flags(keep=keep, gone=people.person())

    rows = Flag.objects.order_by("kind").values_list("kind", "note", "person")
    assert list(rows) == [("comment", "Переехала", keep.pk), ("idea", "Оставшаяся", keep.pk)]
