"""Texts of evenings that the unit writes in three languages."""

from modeltranslation.translator import TranslationOptions, register

from evenings.models import Evening, EveningKind, EveningMaterial


@register(EveningKind)
class EveningKindTranslation(TranslationOptions):
    fields = ("title", "summary", "description")


@register(Evening)
class EveningTranslation(TranslationOptions):
    fields = ("note", "place")


@register(EveningMaterial)
class EveningMaterialTranslation(TranslationOptions):
    fields = ("title", "text", "url")
