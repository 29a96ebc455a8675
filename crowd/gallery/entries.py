"""What the gallery shows: every template of templates/components/ in each state it can be in, grouped."""

from crowd.gallery.examples import Examples
from crowd.gallery.large import CARDS, forms, navigation
from crowd.gallery.parts import Group
from crowd.gallery.small import BUTTONS, FIGURES, MESSAGES, PEOPLE


def groups() -> list[Group]:
    """Return everything there is to show, with forms made anew for this page."""
    made = Examples()
    return [BUTTONS, MESSAGES, forms(made), navigation(made), FIGURES, PEOPLE, CARDS]
