import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("bookings", "0049_own_data_by_contact"),
    ]

    operations = [
        migrations.AlterField(
            model_name="recusal",
            name="professional",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="recusals",
                to="office.professional",
            ),
        ),
        migrations.AddField(
            model_name="recusal",
            name="user",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="recusals",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddConstraint(
            model_name="recusal",
            constraint=models.CheckConstraint(
                condition=models.Q(("professional__isnull", False), ("user__isnull", True))
                | models.Q(("professional__isnull", True), ("user__isnull", False)),
                name="a_conflict_of_interest_is_of_one_person",
            ),
        ),
    ]
