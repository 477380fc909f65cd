"""Which texts the unit writes in three languages."""

from modeltranslation.translator import TranslationOptions, register

from office.models import (
    Closure,
    GuidanceLink,
    GuidancePageVersion,
    GuidanceSituation,
    PartnerOrganisation,
    Professional,
    PublicStatements,
    Service,
    ServicePoint,
    StandardSentence,
    Unit,
    WayAnswer,
    WayEnding,
    WayQuestion,
)


@register(Unit)
class UnitTranslation(TranslationOptions):
    fields = ("name", "controller", "sender")


@register(ServicePoint)
class ServicePointTranslation(TranslationOptions):
    # Streets and towns have a name in each language of the county: Porvoo is Borgå.
    fields = ("name", "street", "city", "getting_there", "accessibility")


@register(Service)
class ServiceTranslation(TranslationOptions):
    fields = (
        "name",
        "short_name",
        "matter",
        "summary",
        "description",
        "who_comes",
        "what_to_bring",
    )


@register(Professional)
class ProfessionalTranslation(TranslationOptions):
    fields = ("title",)


@register(PartnerOrganisation)
class PartnerOrganisationTranslation(TranslationOptions):
    fields = ("name",)


@register(Closure)
class ClosureTranslation(TranslationOptions):
    fields = ("reason",)


@register(GuidanceSituation)
class GuidanceSituationTranslation(TranslationOptions):
    fields = ("name",)


@register(GuidanceLink)
class GuidanceLinkTranslation(TranslationOptions):
    fields = ("title", "summary", "url")


@register(StandardSentence)
class StandardSentenceTranslation(TranslationOptions):
    fields = ("text",)


@register(PublicStatements)
class PublicStatementsTranslation(TranslationOptions):
    fields = (
        "register_name",
        "protection_officer",
        "processors",
        "accessibility_faults",
        "assessed_by",
    )


@register(GuidancePageVersion)
class GuidancePageVersionTranslation(TranslationOptions):
    fields = ("title", "summary", "text")


@register(WayQuestion)
class WayQuestionTranslation(TranslationOptions):
    fields = ("text", "hint")


@register(WayAnswer)
class WayAnswerTranslation(TranslationOptions):
    fields = ("text",)


@register(WayEnding)
class WayEndingTranslation(TranslationOptions):
    fields = ("title", "text")
