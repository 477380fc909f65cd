from django.apps import AppConfig


class ReferralsConfig(AppConfig):
    name = "referrals"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from bookings import hooks
        from referrals.hand_over.actions import forget_party
        from referrals.hand_over.own_data import slips_of
        from referrals.hand_over.work import work_section

        hooks.WORK_SECTIONS.append(work_section)
        hooks.OWN_DATA.append(slips_of)
        hooks.PARTY_FORGOTTEN.append(forget_party)
