"""Months by the site's clock."""

from datetime import date, datetime, time, timedelta

from django.utils import timezone


def month_of(moment: datetime) -> date:
    """Return the first day of the month that the moment lies in."""
    return timezone.localtime(moment).date().replace(day=1)


def following(month: date) -> date:
    return (month + timedelta(days=31)).replace(day=1)


def previous(month: date) -> date:
    return (month - timedelta(days=1)).replace(day=1)


def begins(day: date) -> datetime:
    """Return the moment at which a day, and so a month, begins."""
    return timezone.make_aware(datetime.combine(day, time.min))
