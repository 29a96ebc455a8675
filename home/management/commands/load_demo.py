from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from crowd.campaigns.pictures import draw_undrawn
from home.demonstration import Demonstration

DEFAULT_PASSWORD = "ugra-vmeste-2026"  # noqa: S105 - printed, for a demonstration on this machine


class Command(BaseCommand):
    help = "Loads the campaign «Цифровые сервисы в Югре» with its people; safe to repeat."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--password", default=DEFAULT_PASSWORD, help="everybody's password")

    def handle(self, **options: Any) -> None:
        campaign = Demonstration(options["password"]).load()
        # The worker would do it too, a moment after the first look at the page.
        draw_undrawn()
        self.stdout.write(f"{campaign.title}: {campaign.url}")
        self.stdout.write(
            "resident1…resident20, expert1…3, moderator, editor, approver, body, operator, admin"
            f" @example.org; password: {options['password']}"
        )
