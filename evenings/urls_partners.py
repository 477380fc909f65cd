"""The pages of partners who hold evenings of their own, by their link."""

from django.urls import path

from evenings.partner_pages import holding_views, views

app_name = "evening_partner"
urlpatterns = [
    path("evenings/partner/<slug:token>/", views.page, name="page"),
    path("evenings/partner/<slug:token>/add/", views.add, name="add"),
    path("evenings/partner/<slug:token>/<int:pk>/", views.edit, name="edit"),
    path("evenings/partner/<slug:token>/held/<int:pk>/door/", holding_views.door, name="door"),
    path("evenings/partner/<slug:token>/held/<int:pk>/count/", holding_views.count, name="count"),
    path("evenings/partner/<slug:token>/held/<int:pk>/read/", holding_views.material, name="read"),
]
