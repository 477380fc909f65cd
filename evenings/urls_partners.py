"""The pages of partners who hold evenings of their own, by their link."""

from django.urls import path

from evenings.partner_pages import views

app_name = "evening_partner"
urlpatterns = [
    path("evenings/partner/<slug:token>/", views.page, name="page"),
    path("evenings/partner/<slug:token>/add/", views.add, name="add"),
    path("evenings/partner/<slug:token>/<int:pk>/", views.edit, name="edit"),
]
