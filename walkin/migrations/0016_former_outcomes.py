"""“Parenthood acknowledged” was an outcome of its own; it is an agreement of that kind now."""

from django.db import migrations


def into_agreements(apps, schema_editor):
    Ticket = apps.get_model("walkin", "Ticket")
    Ticket.objects.filter(outcome="parenthood").update(
        outcome="agreement", agreement_made=True, agreements={"parenthood": 1}
    )
    WalkInDay = apps.get_model("walkin", "WalkInDay")
    for day in WalkInDay.objects.filter(figures__outcomes__has_key="parenthood"):
        figures = day.figures
        outcomes = figures["outcomes"]
        count = outcomes.pop("parenthood")
        outcomes["agreement"] = outcomes.get("agreement", 0) + count
        figures["agreements"] = figures.get("agreements", 0) + count
        figures["agreement_kinds"] = {"parenthood": count}
        day.save(update_fields=["figures"])


class Migration(migrations.Migration):
    dependencies = [("walkin", "0015_outcomes_in_one_vocabulary")]

    operations = [migrations.RunPython(into_agreements, migrations.RunPython.noop)]
