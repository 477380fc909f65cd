"""Texts of the walk-in that the unit writes in three languages."""

from modeltranslation.translator import TranslationOptions, register

from walkin.models import Destination, PointMatter


@register(Destination)
class DestinationTranslation(TranslationOptions):
    fields = ("name", "where")


@register(PointMatter)
class PointMatterTranslation(TranslationOptions):
    fields = ("bring",)
