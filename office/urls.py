"""The manager's pages."""

from django.urls import path

from office.views import absences, closures, hours, people, points, services, unit, users

app_name = "office"

urlpatterns = [
    path("", unit.overview, name="overview"),
    path("unit/", unit.settings, name="unit"),
    path("points/", points.listing, name="points"),
    path("points/add/", points.add, name="point_add"),
    path("points/<int:pk>/", points.one, name="point"),
    path("points/<int:pk>/change/", points.edit, name="point_edit"),
    path("points/<int:pk>/switch/", points.switch, name="point_switch"),
    path("points/<int:pk>/rooms/add/", points.room_add, name="room_add"),
    path("rooms/", points.rooms, name="rooms"),
    path("rooms/<int:pk>/", points.room_edit, name="room"),
    path("rooms/<int:pk>/switch/", points.room_switch, name="room_switch"),
    path("services/", services.listing, name="services"),
    path("services/add/", services.add, name="service_add"),
    path("services/<int:pk>/", services.edit, name="service"),
    path("people/", people.listing, name="people"),
    path("people/add/", people.add, name="person_add"),
    path("people/<int:pk>/", people.edit, name="person"),
    path("people/<int:pk>/switch/", people.switch, name="person_switch"),
    path("people/organisations/", people.organisations, name="organisations"),
    path("people/organisations/add/", people.organisation_add, name="organisation_add"),
    path("people/organisations/<int:pk>/", people.organisation_edit, name="organisation"),
    path("people/users/", users.listing, name="users"),
    path("people/users/add/", users.add, name="user_add"),
    path("people/users/link/", users.password_link, name="password_link"),
    path("people/users/<int:pk>/", users.edit, name="user"),
    path("people/users/<int:pk>/switch/", users.switch, name="user_switch"),
    path("people/users/<int:pk>/link/", users.new_link, name="user_link"),
    path("week/", hours.week, name="week"),
    path("hours/", hours.everybody, name="hours"),
    path("hours/<int:pk>/", hours.one, name="hours_of"),
    path("hours/<int:pk>/ended/", hours.ended, name="hours_ended"),
    path("hours/<int:pk>/add/", hours.weekly_add, name="weekly_add"),
    path("hours/<int:pk>/day/", hours.change_add, name="change_add"),
    path("hours/<int:pk>/absence/", absences.add, name="absence_add"),
    path("hours/weekly/<int:pk>/", hours.weekly_change, name="weekly_change"),
    path("hours/weekly/<int:pk>/end/", hours.weekly_end, name="weekly_end"),
    path("hours/days/<int:pk>/", hours.change_edit, name="change_edit"),
    path("hours/days/<int:pk>/remove/", hours.change_remove, name="change_remove"),
    path("hours/absences/<int:pk>/", absences.edit, name="absence"),
    path("hours/absences/<int:pk>/remove/", absences.remove, name="absence_remove"),
    path("closures/", closures.listing, name="closures"),
    path("closures/add/", closures.add, name="closure_add"),
    path("closures/<int:pk>/", closures.edit, name="closure"),
    path("closures/<int:pk>/remove/", closures.remove, name="closure_remove"),
]
