import sys
from argparse import ArgumentParser
from itertools import islice
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from ideas.actions import import_ideas
from ideas.imports import BadRow, ImportRow, RowReader, count_rows, raw_rows
from ideas.models import IdeaCyclePage

BATCH = 200


class Command(BaseCommand):
    help = "Imports ideas from a JSONL or CSV file; what came before is recognised and left alone."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--cycle", type=int, required=True, help="the id of the idea cycle's page")

    def handle(self, **options: Any) -> None:
        path: Path = options["file"]
        cycle = IdeaCyclePage.objects.filter(pk=options["cycle"]).first()
        if cycle is None:
            raise CommandError(f"There is no idea cycle {options['cycle']}.")
        if not path.is_file():
            raise CommandError(f"There is no file {path}.")
        self.new = self.known = self.refused = 0
        try:
            self._import(path, cycle)
        except UnicodeDecodeError as error:
            raise CommandError(
                f"{path.name} is not UTF-8 from byte {error.start} on; the rows before it are in."
            ) from error
        self.stdout.write(f"New: {self.new}. Known already: {self.known}. Refused: {self.refused}.")
        if self.refused:
            raise CommandError(f"{self.refused} rows were refused; each is named above.")

    def _import(self, path: Path, cycle: IdeaCyclePage) -> None:
        reader = RowReader()
        bar = tqdm(raw_rows(path), total=count_rows(path), unit="row", disable=not sys.stderr.isatty())
        rows = iter(bar)
        while batch := list(islice(rows, BATCH)):
            good = [row for number, raw in batch if (row := self._read(reader, number, raw))]
            created = import_ideas(cycle=cycle, rows=good)
            self.new += created
            self.known += len(good) - created

    def _read(self, reader: RowReader, number: int, raw: Any) -> ImportRow | None:
        try:
            if isinstance(raw, BadRow):
                raise raw
            return reader.read(number, raw)
        except BadRow as error:
            self.refused += 1
            self.stderr.write(f"Row {number}: {error}.")
            return None
