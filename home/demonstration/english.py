"""The demonstration in English: translations of its pages, names of its phases. What stands is left."""

from crowd.campaigns.models import PageTranslation, Phase
from home.demonstration.texts import stream, texts
from home.models import HomePage


def load_english(home: HomePage) -> None:
    raw = texts("english")
    pages = home.get_descendants(inclusive=True).not_type(PageTranslation)
    for path, said in raw["pages"].items():
        page = pages.filter(url_path=f"{home.url_path}{path}/" if path else home.url_path).first()
        if page is None or page.get_children().type(PageTranslation).exists():
            continue
        translation = PageTranslation(title=said["title"], intro=said["intro"], body=stream(said["body"]), live=False)
        page.add_child(instance=translation)
        translation.save_revision().publish()
    for name, english in raw["phases"].items():
        Phase.objects.filter(name=name, name_en="").update(name_en=english)
