from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from crowd.errors import Invalid


class Command(BaseCommand):
    help = "Learns from moderators' decisions what this site does not publish: to sort what waits, never to decide."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "what",
            choices=["train"],
            help="train: learn anew from the latest decision about each post, print how well it tells them apart",
        )

    def handle(self, **_options: Any) -> None:
        # Here alone, so that no other process loads what learning takes.
        from crowd.moderation.machine.training import train_model

        try:
            model = train_model()
        except Invalid as refused:
            raise CommandError(str(refused.detail)) from refused
        self.stdout.write(
            f"learned from {model.published} posts that were let through and {model.refused} that were refused\n"
            f"words: {len(model.weights['lemmas'])}\n"
            f"precision: {model.precision:.3f}\nrecall: {model.recall:.3f}\nauc: {model.auc:.3f}"
        )
        if not model.is_useful:
            self.stdout.write("It hardly tells them apart and is not used: train again after more decisions.")
