"""The interpreter's language is one of a list; what was written freely goes on as the secretary's alone."""

import re

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

# As people write them in Finnish, Swedish and English: beginnings, since Finnish inflects ("arabian", "arabiaa").
BEGINNINGS = {
    "ar": ("arab",),
    "ru": ("venäj", "rysk", "russ"),
    "uk": ("ukrain",),
    "et": ("viro", "eesti", "estni", "eston"),
    "so": ("somali",),
    "fa": ("persia", "persisk", "farsi", "dari"),
    "ckb": ("sorani",),
    "kmr": ("kurmanji", "kurmanci", "kurmandji"),
    "sq": ("albani", "alban"),
    "am": ("amhara", "amharisk", "amharic"),
    "bn": ("bengali",),
    "bg": ("bulgaria", "bulgarisk"),
    "zh": ("kiina", "kinesisk", "chinese", "mandariini", "mandarin"),
    "en": ("englan", "engelsk", "english"),
    "tl": ("tagalog", "filipino"),
    "fi": ("suom", "finsk", "finnish"),
    "fr": ("ransk", "fransk", "french"),
    "de": ("saksa", "saksan", "tysk", "german"),
    "hi": ("hindi",),
    "hu": ("unkari", "ungersk", "hungarian"),
    "it": ("italia", "italiensk", "italian"),
    "lv": ("latvia", "lettisk", "latvian"),
    "lt": ("liettua", "litauisk", "lithuanian"),
    "ne": ("nepali", "nepalesisk"),
    "pl": ("puola", "polsk", "polish"),
    "pt": ("portugali", "portugisisk", "portuguese"),
    "ro": ("romania", "rumänsk", "romanian"),
    "se": ("pohjoissaame", "nordsamisk", "saam", "saame"),
    "es": ("espanja", "spansk", "spanish"),
    "sv": ("ruots", "svensk", "swedish"),
    "sw": ("swahili", "suahili"),
    "ta": ("tamil",),
    "th": ("thai",),
    "ti": ("tigrinja", "tigrinska", "tigrinya"),
    "tr": ("turk", "turkk"),
    "ur": ("urdu",),
    "vi": ("vietnam",),
}


def language_of(text: str) -> str:
    """Return the code for a text that names one language and nothing else; otherwise "other"."""
    words = re.findall(r"[^\W\d_]+", text.lower())
    rest = [
        w for w in words if w not in ("kieli", "kielen", "kieltä", "tulkki", "tolk", "language")
    ]
    found = {
        code
        for word in rest
        for code, beginnings in BEGINNINGS.items()
        if word.startswith(beginnings)
    }
    return found.pop() if len(rest) == 1 and len(found) == 1 else "other"


def choose_languages(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    parties = apps.get_model("bookings", "Party")
    for party in parties.objects.exclude(interpreter="").only("pk", "interpreter"):
        text = party.interpreter
        code = language_of(text)
        parties.objects.filter(pk=party.pk).update(
            interpreter=code, interpreter_words="" if code != "other" else text
        )


def write_them_out(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    parties = apps.get_model("bookings", "Party")
    parties.objects.filter(interpreter="other").update(interpreter=models.F("interpreter_words"))


class Migration(migrations.Migration):
    dependencies = [("bookings", "0016_protected")]

    operations = [
        migrations.AddField(
            model_name="party",
            name="interpreter_words",
            field=models.CharField(
                blank=True, db_default="", default="", max_length=60, verbose_name="which language"
            ),
        ),
        migrations.RunPython(choose_languages, write_them_out),
    ]
