from typing import ClassVar

from django.db import models


class Post(models.Model):
    objects: ClassVar[models.Manager["Post"]]

    body = models.TextField()

    class Meta:
        app_label = "bare"

    def __str__(self) -> str:
        return self.body[:60]
