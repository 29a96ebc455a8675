"""The tables of moderation grow while there are rows in them, forwards and backwards, and what guards them stays."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from crowd.moderation.models import Decision, FlagReason, Sanction
from tests.factories import people

BEFORE = [("moderation", "0003_sanction"), ("limits", "0001_usage")]


def migrated(targets):
    """Bring the database there, and return the models as they are at that point."""
    executor = MigrationExecutor(connection)
    executor.migrate(targets)
    return executor.loader.project_state(targets).apps


@pytest.fixture
def newest(transactional_db):
    """Where the tables stand; they stand there again for the next test."""
    graph = MigrationExecutor(connection).loader.graph
    leaves = [node for app in ("moderation", "limits") for node in graph.leaf_nodes(app)]
    yield leaves
    migrated(leaves)


def rows_of_then(apps):
    """What a site of that time had written: a decision, and what was imposed for it."""
    author, moderator, now = people.person(), people.person(), timezone.now()
    reason = apps.get_model("moderation", "Reason").objects.create(slug="then", name="Тогда", statement="Так было.")
    by_whom = {"reason": reason, "note": "Слова"}
    decision = apps.get_model("moderation", "Decision").objects.create(
        kind="idea",
        subject_id=7,
        campaign_id=3,
        outcome="hide",
        author_id=author.pk,
        moderator_id=moderator.pk,
        **by_whom,
    )
    sanction = apps.get_model("moderation", "Sanction").objects.create(
        kind="silence",
        person_id=author.pk,
        campaign_id=3,
        imposed_by_id=moderator.pk,
        starts_at=now,
        ends_at=now + timedelta(days=1),
        **by_whom,
    )
    apps.get_model("limits", "Usage").objects.create(rule="post", who="0" * 64, window=1, count=2)
    return decision.pk, sanction.pk


def test_tables_with_rows_are_brought_up_to_date_and_back(newest):
    decision_id, sanction_id = rows_of_then(migrated(BEFORE))

    migrated(newest)
    decision, sanction = Decision.objects.get(pk=decision_id), Sanction.objects.get(pk=sanction_id)
    flag_reasons = FlagReason.objects.count()
    with pytest.raises(DatabaseError), transaction.atomic():
        Decision.objects.filter(pk=decision_id).update(note="Другие слова")
    then = migrated(BEFORE)
    kept = then.get_model("moderation", "Sanction").objects.filter(pk=sanction_id).count()
    migrated(newest)

    assert (decision.note, decision.posted_at, decision.outcome) == ("Слова", None, "hide")
    assert (sanction.kind, sanction.confirmed_at, sanction.lifted_at) == ("silence", None, None)
    assert flag_reasons == 7
    assert kept == 1
