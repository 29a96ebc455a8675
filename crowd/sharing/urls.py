from django.urls import path, re_path

from crowd.sharing import views

app_name = "sharing"

PICTURE = r"(?P<kind>[a-z]{4,10})/(?P<pk>[1-9]\d{0,17})-(?P<name>[0-9a-f]{16})"

# In each language of the interface.
urlpatterns = [
    path("feeds/news/", views.news, name="news"),
    path("feeds/news/<id:pk>/", views.campaign_news, name="campaign_news"),
    path("feeds/ideas/<id:pk>/", views.ideas, name="ideas"),
    path("manifest.webmanifest", views.manifest, name="manifest"),
    re_path(rf"^share/{PICTURE}\.png$", views.picture, name="picture"),
]

# Of no language.
files = [
    path("robots.txt", views.robots, name="robots"),
    path("sitemap.xml", views.sitemap_index, name="sitemap"),
    path("sitemaps/pages.xml", views.sitemap_pages),
    re_path(r"^sitemaps/ideas-(?P<file>\d{1,9})\.xml$", views.sitemap_ideas),
]
