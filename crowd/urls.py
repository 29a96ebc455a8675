from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.urls import URLPattern, URLResolver, include, path, re_path
from django.views.generic import RedirectView
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from crowd import offline, views
from crowd.campaigns.views import page
from crowd.limits.views import challenge
from crowd.people.views import consent_text
from crowd.sharing.urls import files as sharing_files
from crowd.vision_page import vision_settings

handler403 = "crowd.views.permission_denied"
handler404 = "crowd.views.page_not_found"
handler500 = "crowd.views.server_error"

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("metrics", views.metrics, name="metrics"),
    *sharing_files,
    path("proof/challenge/", challenge, name="proof_challenge"),
    path("sw.js", offline.service_worker, name="service_worker"),
    # Signing in to the admin is signing in: one door, with the second factor behind it.
    path("admin/login/", RedirectView.as_view(pattern_name="account_login", query_string=True)),
    re_path(r"^admin/password_reset/.*$", RedirectView.as_view(pattern_name="account_reset_password")),
    path("admin/", include(wagtailadmin_urls)),
    path("documents/", include(wagtaildocs_urls)),
]
if settings.SHOW_COMPONENTS:
    from crowd.gallery.views import gallery

    urlpatterns += [path("_components/", gallery, name="components")]
if settings.SERVE_MEDIA:
    urlpatterns += [re_path(r"^media/(?P<path>images/.*)$", views.public_media, name="media")]
urlpatterns += i18n_patterns(
    path("accounts/", include("allauth.urls")),
    path("me/", include("crowd.people.urls")),
    path("consent/", consent_text, name="consent"),
    path("consent/<int:version>/", consent_text, name="consent_version"),
    path("search/", include("search.urls")),
    path("flags/", include("crowd.moderation.flag_urls")),
    path("offline/", offline.offline_page, name="offline"),
    path("vision/", vision_settings, name="vision"),
    path("", include("crowd.sharing.urls")),
    path("", include("crowd.moderation.urls")),
    path("", include("ideas.urls")),
    path("", include("discussions.urls")),
    path("", include("questions.urls")),
    path("", include("services.urls")),
    # In place of Wagtail's own, by its name, so that addresses are made as ever; behind the doors of private pages.
    path("", include([pattern for pattern in wagtail_urls.urlpatterns if pattern.name != "wagtail_serve"])),
    re_path(wagtail_urls.serve_pattern, page, name="wagtail_serve"),
    prefix_default_language=False,
)
