"""The staff's pages of evenings."""

from django.urls import path

from evenings.staff_pages import after_views, move_views, partner_views, people_views, plan_views

app_name = "evening_desk"
urlpatterns = [
    path("", plan_views.listing, name="list"),
    path("add/", plan_views.add, name="add"),
    path("publish/", plan_views.publish_all, name="publish_all"),
    path("kinds/", plan_views.kinds, name="kinds"),
    path("kinds/add/", plan_views.kind_add, name="kind_add"),
    path("kinds/<int:pk>/", plan_views.kind_edit, name="kind_edit"),
    path("partners/", partner_views.partners, name="partners"),
    path("partners/<int:pk>/link/", partner_views.link, name="partner_link"),
    path("partners/<int:pk>/make/", partner_views.make, name="partner_make"),
    path("partners/<int:pk>/withdraw/", partner_views.withdraw, name="partner_withdraw"),
    path("figures/", after_views.figures_page, name="figures"),
    path("<int:pk>/", plan_views.one, name="one"),
    path("<int:pk>/edit/", plan_views.edit, name="edit"),
    path("<int:pk>/publish/", plan_views.publish, name="publish"),
    path("<int:pk>/move/", move_views.move, name="move"),
    path("<int:pk>/cancel/", move_views.cancel, name="cancel"),
    path("<int:pk>/people/", people_views.people, name="people"),
    path("<int:pk>/people/<int:sign_up_pk>/off/", people_views.take_off, name="take_off"),
    path("<int:pk>/count/", after_views.count, name="count"),
    path("<int:pk>/materials/add/", after_views.material_add, name="material_add"),
    path(
        "<int:pk>/materials/<int:material_pk>/remove/",
        after_views.material_remove,
        name="material_remove",
    ),
    path("<int:pk>/given/<int:given_pk>/remove/", after_views.given_remove, name="given_remove"),
    path("<int:pk>/door/", people_views.door, name="door"),
]
