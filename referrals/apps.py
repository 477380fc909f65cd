from django.apps import AppConfig


class ReferralsConfig(AppConfig):
    name = "referrals"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from bookings import hooks
        from office import hooks as office_hooks
        from referrals.directory.website_checks import broken_websites
        from referrals.hand_over.own_data import (
            forget_slips,
            forget_slips_under,
            slips_of,
            slips_under,
        )
        from referrals.hand_over.queries import is_needed
        from referrals.hand_over.work import OWN_WORK, work_section
        from referrals.models import DirectoryEntry

        hooks.WORK_SECTIONS.append(work_section)
        hooks.OWN_WORK["referrals_came_back"] = OWN_WORK
        hooks.PARTY_IS_NEEDED.append(is_needed)
        hooks.OWN_DATA.append(slips_of)
        hooks.CONTACT_DATA.append(slips_under)
        hooks.CONTACT_FORGOTTEN.append(forget_slips_under)
        hooks.PARTY_FORGOTTEN.append(forget_slips)
        office_hooks.SETUP_MODELS.append(DirectoryEntry)
        office_hooks.FIND_SHORTCOMINGS.append(broken_websites)
        office_hooks.WAYS_OPEN["to_partners"] = DirectoryEntry.is_any_public
