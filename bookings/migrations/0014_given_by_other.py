from django.db import migrations, models

# Whose contacts the other parent gave, and who has not said since what is safe: neither themselves nor to
# the secretary.
MARK = """
UPDATE bookings_party AS party
SET given_by_other = true, call_is_safe = false, voicemail_is_safe = false,
    sms_is_safe = false, email_is_safe = false
FROM bookings_appointment AS appointment
WHERE appointment.id = party.appointment_id
  AND appointment.other_parent = 'given'
  AND NOT party.is_requester
  AND NOT EXISTS (
    SELECT 1 FROM bookings_appointmentevent AS event
    WHERE event.appointment_id = appointment.id
      AND (event.what = 'details_corrected' OR event.reason = 'booked_by_staff'
           OR event.what = 'details_given' AND event.party_id = party.id)
  )
"""


class Migration(migrations.Migration):
    dependencies = [("bookings", "0013_links_end")]

    operations = [
        migrations.AddField(
            model_name="party",
            name="given_by_other",
            field=models.BooleanField(
                db_default=False,
                default=False,
                verbose_name="contact details given by the other parent",
            ),
        ),
        migrations.RunSQL(MARK, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="party",
            constraint=models.CheckConstraint(
                condition=models.Q(given_by_other=False)
                | models.Q(
                    call_is_safe=False,
                    voicemail_is_safe=False,
                    sms_is_safe=False,
                    email_is_safe=False,
                ),
                name="nobody_says_for_another_what_is_safe",
            ),
        ),
    ]
