"""Learning from decisions: what is learned, what is kept of it, and that it only sorts."""

import subprocess
import sys
from io import StringIO
from itertools import pairwise

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from crowd.errors import Invalid
from crowd.moderation.machine.actions import screen_posts, screen_what_waits
from crowd.moderation.machine.classifier import Weights, chance_of_refusal, learned_hint, telling_lemmas
from crowd.moderation.machine.hints import from_json
from crowd.moderation.machine.training import examples, train_model
from crowd.moderation.models import Decision, Screening, TrainedModel
from crowd.moderation.queries import moderation_queue
from crowd.moderation.waiting import Scope
from discussions.models import Comment
from ideas.models import Idea
from tests.factories import comments, ideas, pages, people

pytestmark = pytest.mark.django_db

GOOD = ("дорога", "школа", "автобус", "двор", "парк", "освещение", "поликлиника", "площадка")
BAD = ("наследство", "колдун", "выигрыш", "гороскоп", "амулет", "секта", "порча", "гадание")


def said(words, number):
    """Six different words of eight, another choice for each number."""
    return " ".join(words[(number + step) % len(words)] for step in range(6))


@pytest.fixture
def campaign():
    return pages.campaign()


@pytest.fixture
def thread(campaign):
    return comments.thread(pages.discussion(campaign))


@pytest.fixture
def authors():
    return [people.person() for _ in range(6)]


def decisions(thread, authors, *, good=50, bad=50, extra=lambda number: ""):
    """Comments that were decided about, written past the rules: those of GOOD words let through, the others refused."""
    moderator = people.person()
    rows = Comment.objects.bulk_create(
        Comment(
            thread=thread,
            author=authors[number % len(authors)],
            body=f"{said(BAD if number >= good else GOOD, number)} {extra(number)}",
            moderation="hidden" if number >= good else "published",
            seq=number + 1,
            first_seq=number + 1,
        )
        for number in range(good + bad)
    )
    Decision.objects.bulk_create(
        Decision(
            kind="comment",
            subject_id=row.pk,
            campaign_id=thread.block.campaign_id,
            outcome="hide" if row.moderation == "hidden" else "publish",
            moderator=moderator,
        )
        for row in rows
    )
    return rows


def test_learned_from_clear_decisions_it_ranks_unseen_posts_right(thread, authors):
    decisions(thread, authors)

    model = train_model()

    weights = Weights.of(model.weights)
    unseen_bad = [chance_of_refusal(f"{one} и {other}", weights) for one, other in pairwise(BAD)]
    unseen_good = [chance_of_refusal(f"{one} и {other}", weights) for one, other in pairwise(GOOD)]
    assert min(unseen_bad) > max(unseen_good)
    assert (model.published, model.refused) == (50, 50)
    assert (model.precision, model.recall, model.auc) == (1.0, 1.0, 1.0)
    assert model.is_useful


def test_the_same_decisions_give_the_same_model(thread, authors):
    decisions(thread, authors)

    first, second = train_model(), train_model()

    assert first.weights == second.weights
    assert (first.precision, first.recall, first.auc) == (second.precision, second.recall, second.auc)
    assert first.pk != second.pk


@pytest.mark.parametrize(("good", "bad"), [(49, 50), (50, 49), (0, 0)])
def test_too_few_decisions_of_either_kind_are_refused_in_words(thread, authors, good, bad):
    decisions(thread, authors, good=good, bad=bad)

    with pytest.raises(CommandError) as refused:
        call_command("moderation", "train")

    assert f"опубликовали записей: {good}, скрыли и отклонили: {bad}" in str(refused.value)
    assert not TrainedModel.objects.exists()


def test_command_prints_how_well_it_tells_them_apart(thread, authors):
    decisions(thread, authors)
    out = StringIO()

    call_command("moderation", "train", stdout=out)

    assert out.getvalue() == (
        "learned from 50 posts that were let through and 50 that were refused\n"
        "words: 16\nprecision: 1.000\nrecall: 1.000\nauc: 1.000\n"
    )


def test_where_words_tell_nothing_the_model_is_not_used(thread, authors):
    rows = decisions(thread, authors)
    Comment.objects.update(body="дорога школа автобус")
    out = StringIO()

    call_command("moderation", "train", stdout=out)
    screen_posts(kind="comment", subject_ids=[rows[0].pk])

    assert "is not used" in out.getvalue()
    assert Screening.objects.get().hints == []


def test_no_word_of_one_person_or_two_and_nothing_personal_is_kept(thread, authors):
    """One person's rare word in many posts, two people's, three people's; a number and a patronymic of everybody's."""
    own = {0: "тайнопись", 1: "чертополох", 2: "чертополох"}

    def extra(number):
        # In what is refused only, so that each would tell.
        return f"{own.get(number % 6, '')} медуница 89123456789 Иванович anna@example.org 2026" if number >= 50 else ""

    decisions(thread, authors, extra=extra)

    kept = train_model().weights["lemmas"]

    assert "медуница" in kept
    assert not {"тайнопись", "чертополох", "89123456789", "иванович", "2026", "anna", "example"} & set(kept)
    assert set(kept) <= {*GOOD, *BAD, "медуница"}


def test_only_the_latest_decision_about_a_post_counts(thread, authors):
    rows = decisions(thread, authors, good=2, bad=2)
    moderator = people.person()
    for row, outcome in ((rows[2], "publish"), (rows[3], "needs_work")):
        Decision.objects.create(
            kind="comment",
            subject_id=row.pk,
            campaign_id=thread.block.campaign_id,
            outcome=outcome,
            moderator=moderator,
        )

    assert [one.refused for one in examples()] == [False, False, False]


def test_what_its_author_took_back_and_what_is_gone_is_not_learned_from(thread, authors):
    rows = decisions(thread, authors, good=2, bad=2)
    Comment.objects.filter(pk=rows[0].pk).update(moderation="deleted")
    Comment.objects.filter(pk=rows[3].pk).delete()

    assert [one.refused for one in examples()] == [False, True]


def test_ideas_are_learned_from_with_their_titles(campaign):
    idea = ideas.idea(pages.cycle(campaign), title="Автобусы", problem="Ходят редко")
    Decision.objects.create(
        kind="idea", subject_id=idea.pk, campaign_id=campaign.pk, outcome="keep", moderator=people.person()
    )

    [example] = examples()

    assert example.lemmas == {"автобус", "ходить", "редко"}
    assert (example.author_id, example.refused) == (idea.author_id, False)


def test_only_few_models_are_kept_and_the_latest_is_used(thread, authors, monkeypatch):
    monkeypatch.setattr("crowd.moderation.machine.training.KEPT_MODELS", 2)
    decisions(thread, authors)

    models = [train_model().pk for _ in range(3)]

    assert list(TrainedModel.objects.order_by("pk").values_list("pk", flat=True)) == models[1:]


def test_its_score_sorts_what_waits_and_decides_nothing(campaign, thread, authors):
    cycle, moderator = pages.cycle(campaign), people.with_role("moderator", campaign)
    pending = Idea.Moderation.PENDING
    usual = ideas.idea(cycle, moderation=pending, title="Двор", problem=said(GOOD, 1))
    link = ideas.idea(cycle, moderation=pending, title="Двор", problem=f"{said(GOOD, 2)} example.com")
    odd = ideas.idea(cycle, moderation=pending, title="Колдун", problem=said(BAD, 1))
    screen_what_waits()
    before = moderation_queue(moderator, Scope(suspicious=True)).cases
    decisions(thread, authors)

    train_model()
    screen_what_waits()

    assert [case.id for case in before] == [link.pk]
    assert [case.id for case in moderation_queue(moderator, Scope(suspicious=True)).cases] == [odd.pk, link.pk]
    [hint] = from_json(Screening.objects.get(kind="idea", subject_id=odd.pk).hints)
    assert (hint.code, hint.percent >= 90, hint.weight <= 0.6) == ("learned", True, True)
    assert {case.id for case in moderation_queue(moderator).cases} == {usual.pk, link.pk, odd.pk}
    assert set(Idea.objects.values_list("moderation", flat=True)) == {"pending"}


def test_telling_lemmas_are_words_that_mean_something():
    text = "Я с Петром Ивановичем в 2026 году звонил 8 912 345-67-89: дороги, дороги! www"

    assert telling_lemmas(text) == {"петр", "год", "звонить", "дорога", "www"}


@pytest.mark.parametrize(("weight", "percents"), [(0.0, []), (0.3, []), (0.41, [60]), (9.0, [100]), (1e9, [100])])
def test_a_hint_is_given_only_where_it_is_likely(weight, percents):
    assert [hint.percent for hint in learned_hint("дорога", Weights(0.0, {"дорога": weight}))] == percents
    assert learned_hint("дорога", None) == []


def test_too_few_words_of_three_people_are_refused(thread):
    decisions(thread, [people.person()])

    with pytest.raises(Invalid):
        train_model()


def test_no_process_of_the_site_loads_what_learning_takes():
    code = (
        "import django, sys; django.setup(); import crowd.urls, crowd.moderation.machine.handlers; "
        "from crowd.moderation.machine import actions; assert 'sklearn' not in sys.modules"
    )

    done = subprocess.run(
        [sys.executable, "-c", code], cwd=settings.BASE_DIR, capture_output=True, check=False, text=True
    )

    assert done.returncode == 0, done.stderr
