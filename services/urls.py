from django.urls import path

from services import views

app_name = "services"

urlpatterns = [
    path("services/", views.services, name="services"),
    path("services/<id:pk>/", views.service_page, name="short"),
    path("services/<id:pk>-<words:slug>/", views.service_page, name="service"),
    path("services/<id:pk>/rate/", views.rate, name="rate"),
]
