import secrets

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from crowd.people.models import Person
from ideas.models.ideas import Idea


def new_receipt() -> str:
    return secrets.token_urlsafe(12)


class Vote(models.Model):
    """One person's voice for (or against) one idea: one row, by constraint. 0 is a voice taken back."""

    class Value(models.IntegerChoices):
        AGAINST = -1, _("против")
        NONE = 0, _("отозван")
        FOR = 1, _("за")

    idea = models.ForeignKey(Idea, models.CASCADE, related_name="votes")
    person = models.ForeignKey(Person, models.CASCADE, related_name="votes")
    value = models.SmallIntegerField(choices=Value)
    receipt = models.CharField(max_length=24, unique=True, default=new_receipt)
    # Whether a confirmed resident gave it, as it was at that moment: results tell these apart.
    by_resident = models.BooleanField(default=False)
    cast_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("голос")
        verbose_name_plural = _("голоса")
        constraints = (
            models.UniqueConstraint(fields=["idea", "person"], name="vote_once"),
            models.CheckConstraint(condition=models.Q(value__in=(-1, 0, 1)), name="vote_value"),
        )
        indexes = (models.Index(fields=["person", "-cast_at"], name="vote_person"),)

    def __str__(self) -> str:
        return f"{self.get_value_display()}"


class VoteChange(models.Model):
    """What a vote added to the counts, until the worker folds it into them; says nothing of the person."""

    idea = models.ForeignKey(Idea, models.CASCADE, related_name="vote_changes")
    votes_for = models.SmallIntegerField()
    votes_against = models.SmallIntegerField()
    residents_for = models.SmallIntegerField(default=0)
    residents_against = models.SmallIntegerField(default=0)

    class Meta:
        indexes = (models.Index(fields=["idea", "id"], name="vote_change_idea"),)

    def __str__(self) -> str:
        return f"{self.votes_for:+d} {self.votes_against:+d}"


class VoteRequest(models.Model):
    """A key that a sender gave with a vote: the same one again is answered and changes nothing. Kept for a day."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    key = models.CharField(max_length=64)
    created_at = models.DateTimeField(db_default=Now(), db_index=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["person", "key"], name="vote_request_once"),)

    def __str__(self) -> str:
        return self.key
