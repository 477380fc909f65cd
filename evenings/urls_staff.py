"""The staff's pages of evenings."""

from django.urls import path

from evenings.staff_pages import plan_views

app_name = "evening_desk"
urlpatterns = [
    path("", plan_views.listing, name="list"),
    path("add/", plan_views.add, name="add"),
    path("publish/", plan_views.publish_all, name="publish_all"),
    path("kinds/", plan_views.kinds, name="kinds"),
    path("kinds/add/", plan_views.kind_add, name="kind_add"),
    path("kinds/<int:pk>/", plan_views.kind_edit, name="kind_edit"),
    path("<int:pk>/", plan_views.one, name="one"),
    path("<int:pk>/edit/", plan_views.edit, name="edit"),
    path("<int:pk>/publish/", plan_views.publish, name="publish"),
]
