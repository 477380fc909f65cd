"""Texts of the walk-in that the unit writes in three languages."""

from modeltranslation.translator import TranslationOptions, register

from walkin.models import Destination, PointMatter, PointRules


@register(Destination)
class DestinationTranslation(TranslationOptions):
    fields = ("name", "where", "hours", "for_whom")


@register(PointMatter)
class PointMatterTranslation(TranslationOptions):
    fields = ("bring",)


@register(PointRules)
class PointRulesTranslation(TranslationOptions):
    fields = ("about",)
