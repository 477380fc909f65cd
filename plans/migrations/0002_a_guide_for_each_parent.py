"""Each parent has a guide of their own, and the other learns nothing of it."""

import django.db.models.deletion
from django.apps.registry import Apps
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def end_meetings(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """End all meetings: who had let which guide in was not kept, so codes and meetings are given anew."""
    apps.get_model("plans", "GuideCode").objects.all().delete()
    apps.get_model("plans", "Holder").objects.filter(role="guide").delete()


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("plans", "0001_drafts"),
    ]

    operations = [
        migrations.RunPython(end_meetings, migrations.RunPython.noop),
        migrations.RemoveConstraint(model_name="holder", name="a_plan_has_one_holder_of_each_role"),
        migrations.RemoveConstraint(model_name="holder", name="only_the_other_parent_is_invited"),
        migrations.AddField(
            model_name="holder",
            name="given_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="guides",
                to="plans.holder",
            ),
        ),
        migrations.AddConstraint(
            model_name="holder",
            constraint=models.UniqueConstraint(
                condition=models.Q(("role", "guide"), _negated=True),
                fields=("plan", "role"),
                name="a_plan_has_each_parent_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="holder",
            constraint=models.UniqueConstraint(
                fields=("given_by",), name="a_parent_lets_one_guide_in"
            ),
        ),
        migrations.AddConstraint(
            model_name="holder",
            constraint=models.UniqueConstraint(
                condition=models.Q(("given_by__isnull", True), ("role", "guide")),
                fields=("plan",),
                name="one_guide_begins_a_plan",
            ),
        ),
        migrations.AddConstraint(
            model_name="holder",
            constraint=models.CheckConstraint(
                condition=models.Q(("role", "guide"), ("given_by__isnull", True), _connector="OR"),
                name="only_a_guide_is_let_in",
            ),
        ),
        migrations.AddConstraint(
            model_name="holder",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("role", "guide"), _negated=True),
                    ("is_invitation", False),
                    _connector="OR",
                ),
                name="only_parents_are_invited",
            ),
        ),
        migrations.AlterField(
            model_name="guidecode",
            name="plan",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="plans.plan"
            ),
        ),
        migrations.AddField(
            model_name="guidecode",
            name="giver",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="guide_code",
                to="plans.holder",
            ),
            preserve_default=False,
        ),
    ]
