"""Which texts of the directory the unit writes in three languages."""

from modeltranslation.translator import TranslationOptions, register

from referrals.models import DirectoryEntry


@register(DirectoryEntry)
class DirectoryEntryTranslation(TranslationOptions):
    fields = ("name", "for_whom", "address", "hours", "how")
