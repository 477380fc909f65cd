"""A visit's matters may change: its history says so."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("bookings", "0030_several_matters"),
    ]

    operations = [
        migrations.AlterField(
            model_name="appointmentevent",
            name="what",
            field=models.CharField(
                choices=[
                    ("requested", "Request came in"),
                    ("confirmed", "Confirmed"),
                    ("declined", "Declined"),
                    ("offered", "Other times offered"),
                    ("offer_expired", "Offer lapsed"),
                    ("chosen", "An offered time was chosen"),
                    ("moved", "Moved to another time"),
                    ("place_changed", "Place or channel changed"),
                    ("staff_changed", "Who meets them, or the room, changed"),
                    ("taken_back", "Undone before anybody was notified"),
                    ("move_asked", "Asked to move"),
                    ("move_withdrawn", "Wish to move taken back"),
                    ("kept", "Time kept as it was"),
                    ("cancelled", "Cancelled"),
                    ("accepted", "Accepted the invitation"),
                    ("declined_invitation", "Declined the invitation"),
                    ("details_given", "Gave their own details"),
                    ("details_corrected", "Contact details corrected"),
                    ("ways_changed", "Changed how they may be reached"),
                    ("messages_stopped", "Wants no more messages"),
                    ("place_agreed", "Place agreed with who is protected"),
                    ("link_closed", "Link closed, a new one sent"),
                    ("links_renewed", "All links were renewed, the new ones sent"),
                    (
                        "invitation_renewed",
                        "Invitation code renewed, the earlier one does not work",
                    ),
                    ("party_added", "Other parent added"),
                    (
                        "contact_agreed",
                        "Talked with the one who asked: the other parent may be contacted",
                    ),
                    ("not_contacted", "Decided not to contact the other parent"),
                    ("video_link_set", "Video link added"),
                    ("video_link_removed", "Video link taken away"),
                    ("other_booked", "The other parent’s own visit was booked"),
                    ("gap_overridden", "Both parents at one place at the same time, knowingly"),
                    ("told_again", "Message sent again"),
                    ("called", "Called"),
                    ("not_reached", "Called, not reached"),
                    ("pair_asked", "Partner professional asked"),
                    ("pair_accepted", "Partner professional accepted"),
                    ("pair_declined", "Partner professional declined"),
                    ("pair_dropped", "Goes on without the partner professional"),
                    ("earlier_wished", "Waits for an earlier time"),
                    ("earlier_withdrawn", "Waits no longer for an earlier time"),
                    ("earlier_offered", "An earlier time was offered"),
                    ("earlier_accepted", "The earlier time suits"),
                    ("earlier_declined", "The earlier time does not suit"),
                    ("earlier_ended", "The offer of an earlier time ended"),
                    ("matters_changed", "What it is about changed"),
                    ("noted", "Note changed"),
                    ("arrived", "Arrived"),
                    ("start", "Meeting began"),
                    ("done", "Done"),
                    ("no_show", "Did not come"),
                    ("undone", "Last step undone"),
                ],
                max_length=20,
            ),
        ),
    ]
