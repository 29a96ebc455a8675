from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class Event(models.Model):
    """What happened, written in the transaction of the fact. Ids without keys: it outlives and knows no model."""

    kind = models.CharField(_("что случилось"), max_length=60)
    subject_kind = models.CharField(max_length=30)
    subject_id = models.BigIntegerField()
    actor_id = models.BigIntegerField(null=True)
    campaign_id = models.BigIntegerField(null=True)
    payload = models.JSONField(default=dict)
    created_at = models.DateTimeField(_("когда"), db_default=Now())

    class Meta:
        verbose_name = _("событие")
        verbose_name_plural = _("события")
        indexes = (
            models.Index(fields=["subject_kind", "subject_id", "id"], name="event_subject"),
            models.Index(fields=["created_at"], name="event_created"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.subject_kind}:{self.subject_id}"


class Delivery(models.Model):
    """One event for one consumer: claimed under a lease, repeated with growing pauses, at last set aside."""

    class Status(models.TextChoices):
        PENDING = "pending", _("ждёт")
        DONE = "done", _("доставлено")
        SET_ASIDE = "set_aside", _("отложено")

    event = models.ForeignKey(Event, models.CASCADE, related_name="deliveries", verbose_name=_("событие"))
    consumer = models.CharField(_("получатель"), max_length=60)
    # Deliveries of one consumer with the same key mean one piece of work.
    key = models.CharField(max_length=80)
    status = models.CharField(_("состояние"), max_length=10, choices=Status, default=Status.PENDING)
    attempts = models.PositiveSmallIntegerField(_("попыток"), default=0)
    due_at = models.DateTimeField(_("не раньше"), db_default=Now())
    # Who works on it; whoever has lost the lease may no longer say that it is done.
    lease = models.UUIDField(null=True)
    error = models.TextField(_("ошибка"), blank=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("доставка")
        verbose_name_plural = _("доставки")
        constraints = (models.UniqueConstraint(fields=["event", "consumer"], name="delivery_once"),)
        indexes = (
            models.Index(
                fields=["consumer", "due_at", "id"], name="delivery_due", condition=models.Q(status="pending")
            ),
            models.Index(fields=["consumer", "key"], name="delivery_key", condition=models.Q(status="pending")),
            models.Index(fields=["status", "id"], name="delivery_aside", condition=models.Q(status="set_aside")),
        )

    def __str__(self) -> str:
        return f"{self.consumer} ← {self.event_id}"


class ScheduledRun(models.Model):
    """When a piece of scheduled work is due next; its row is the lock between workers."""

    name = models.CharField(max_length=60, primary_key=True)
    due_at = models.DateTimeField(db_default=Now())
    lease = models.UUIDField(null=True)
    finished_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True)

    class Meta:
        verbose_name = _("работа по расписанию")
        verbose_name_plural = _("работы по расписанию")

    def __str__(self) -> str:
        return self.name


class WorkerBeat(models.Model):
    """The worker's sign of life, for health checks."""

    name = models.CharField(max_length=80, primary_key=True)
    seen_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
