from dataclasses import dataclass

from django.http import HttpRequest

from crowd.errors import Text
from crowd.limits import windows
from crowd.limits.actions import sides_of
from crowd.limits.models import LimitSetting, Usage
from crowd.limits.rules import LIMITS, NAMES, Limit, Side, Used, limit_problem


@dataclass(frozen=True)
class RuleInForce:
    """A rule as it holds now, beside what it is in the code."""

    rule: str
    name: Text
    usual: Limit
    now: Limit

    @property
    def is_changed(self) -> bool:
        return self.now != self.usual


def rules_in_force() -> list[RuleInForce]:
    """Return all rules in the order in which the code names them."""
    said = {setting.rule: setting for setting in LimitSetting.objects.all()}
    return [_in_force(rule, said.get(rule)) for rule in LIMITS]


def rule_in_force(rule: str) -> RuleInForce:
    return _in_force(rule, LimitSetting.objects.filter(rule=rule).first())


def _in_force(rule: str, setting: LimitSetting | None) -> RuleInForce:
    usual = LIMITS[rule]
    now = Limit(usual.seconds, person=_holding(rule, "person", setting), network=_holding(rule, "network", setting))
    return RuleInForce(rule, NAMES[rule], usual, now)


def _holding(rule: str, side: Side, setting: LimitSetting | None) -> int:
    """Return what holds for the side: what makes no sense leaves the code in force, as where it is counted."""
    usual: int = getattr(LIMITS[rule], side)
    said: int | None = getattr(setting, side, None)
    return usual if said is None or limit_problem(rule, side, said) is not None else said


def usage_with_one_more(request: HttpRequest, rule: str) -> list[Used]:
    """Return what each side will have used of the rule when what is being sent is counted; counts nothing."""
    limit = LIMITS[rule]
    in_force = rule_in_force(rule).now
    window, _ = windows.window(limit.seconds)
    sides: list[tuple[Side, str, int]] = sides_of(request, limit)
    rows = Usage.objects.filter(rule=rule, window=window, who__in=[who for _, who, _ in sides])
    counts = dict(rows.values_list("who", "count"))
    return [Used(side, counts.get(who, 0) + 1, getattr(in_force, side)) for side, who, _ in sides]
