import os
from argparse import ArgumentParser
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from crowd.campaigns.models import CampaignPage
from home.management.commands.load_demo import DEFAULT_PASSWORD


class Command(BaseCommand):
    help = "Everything from nothing on the embedded default: database, demonstration, server with the worker."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=int(os.environ.get("PORT", "8000")))

    def handle(self, **options: Any) -> None:
        call_command("compile_translations", verbosity=0)
        call_command("migrate", interactive=False, verbosity=0)
        people = "resident1@example.org … admin@example.org"
        hint = _("%(people)s, пароль %(password)s") % {"people": people, "password": DEFAULT_PASSWORD}
        if not CampaignPage.objects.exists():
            self.stdout.write(_("Первый запуск: загружаем демонстрационный проект…"))
            call_command("load_demo", verbosity=0)
        call_command("serve", port=options["port"], hint=hint)
