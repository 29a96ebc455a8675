from typing import Any

from django.core.management.base import BaseCommand, CommandError

from discussions.actions import reconcile_comments
from ideas.actions import reconcile_counts, reconcile_facets, reconcile_together
from questions.actions import reconcile_tallies
from services.actions import reconcile_counts as reconcile_ratings


class Command(BaseCommand):
    help = "Recomputes every cached count from its rows; prints what differed and ends with 1 where anything did."

    def handle(self, **_options: Any) -> None:
        differences = [
            *reconcile_counts(),
            *reconcile_together(),
            *reconcile_facets(),
            *reconcile_comments(),
            *reconcile_ratings(),
            *reconcile_tallies(),
        ]
        for difference in differences:
            self.stdout.write(difference)
        if differences:
            raise CommandError(f"{len(differences)} counts differed; they are right now.")
        self.stdout.write("Every count agrees with its rows.")
