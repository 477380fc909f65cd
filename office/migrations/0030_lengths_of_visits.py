"""How long visits take: rules for several matters together, and what makes any visit longer."""

import django.core.validators
from django.db import migrations, models

# What the units say: custody, residence and contact with maintenance take two hours.
TOGETHER, MINUTES = ("custody-agreement", "child-maintenance"), 120


def add_rule(apps, schema_editor):
    services = list(apps.get_model("office", "Service").objects.filter(slug__in=TOGETHER))
    if len(services) == len(TOGETHER):
        rule = apps.get_model("office", "LengthRule").objects.create(minutes=MINUTES)
        rule.services.set(services)


class Migration(migrations.Migration):
    dependencies = [
        ("office", "0029_standard_sentences"),
    ]

    operations = [
        migrations.AddField(
            model_name="unit",
            name="extra_child_from",
            field=models.PositiveSmallIntegerField(
                db_default=3,
                default=3,
                help_text="For example 3: from the third child on, for each of them.",
                validators=[
                    django.core.validators.MinValueValidator(1),
                    django.core.validators.MaxValueValidator(10),
                ],
                verbose_name="children make a visit longer from child number",
            ),
        ),
        migrations.AddField(
            model_name="unit",
            name="extra_child_minutes",
            field=models.PositiveSmallIntegerField(
                db_default=0,
                default=0,
                validators=[django.core.validators.MaxValueValidator(60)],
                verbose_name="each of these children adds (minutes)",
            ),
        ),
        migrations.AddField(
            model_name="unit",
            name="further_matter_percent",
            field=models.PositiveSmallIntegerField(
                db_default=50,
                default=50,
                validators=[django.core.validators.MaxValueValidator(100)],
                verbose_name="a further matter without a rule adds of its own length (%)",
            ),
        ),
        migrations.AddField(
            model_name="unit",
            name="interpreter_minutes",
            field=models.PositiveSmallIntegerField(
                db_default=0,
                default=0,
                validators=[django.core.validators.MaxValueValidator(120)],
                verbose_name="an interpreter adds (minutes)",
            ),
        ),
        migrations.AddField(
            model_name="unit",
            name="separate_minutes",
            field=models.PositiveSmallIntegerField(
                db_default=0,
                default=0,
                validators=[django.core.validators.MaxValueValidator(120)],
                verbose_name="coming separately adds to each visit (minutes)",
            ),
        ),
        migrations.CreateModel(
            name="LengthRule",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "minutes",
                    models.PositiveSmallIntegerField(
                        validators=[
                            django.core.validators.MinValueValidator(5),
                            django.core.validators.MaxValueValidator(480),
                            django.core.validators.StepValueValidator(
                                5, "Give a multiple of five minutes."
                            ),
                        ],
                        verbose_name="they take (minutes)",
                    ),
                ),
                (
                    "services",
                    models.ManyToManyField(
                        related_name="length_rules",
                        to="office.service",
                        verbose_name="matters together",
                    ),
                ),
            ],
            options={
                "verbose_name": "rule of length",
                "verbose_name_plural": "rules of length",
                "ordering": ["pk"],
            },
        ),
        migrations.RunPython(add_rule, migrations.RunPython.noop),
    ]
