"""The public's and the staff's addresses of bookings."""

from django.urls import path

app_name = "bookings"
urlpatterns: list[object] = []
