from crowd.campaigns.models import PageTranslation


def translation(page, title="In English", **fields):
    """The page's English texts, published as an editor does it."""
    live = fields.pop("live", True)
    made = page.add_child(instance=PageTranslation(title=title, live=False, **fields))
    if live:
        made.save_revision().publish()
        made.refresh_from_db()
    return made
