"""What has the partial languages: the sources of its texts and the addresses of its pages."""

# Folders, or single files. Their texts, and no others, stand in the catalogues of partial languages.
SOURCES = (
    "bookings/public/details_views.py",
    "bookings/public/forms.py",
    "bookings/public/leave_views.py",
    "bookings/public/matters_form.py",
    "bookings/public/opening.py",
    "bookings/public/request_views.py",
    "bookings/public/wishes.py",
    "familylaw/i18n/partial_words.py",
    "office/core/interpreters.py",
    "office/ui/contact_fields.py",
    "office/ui/public_forms.py",
    "templates/base.html",
    "templates/parts/_device_seen",
    "templates/parts/_error_summary.html",
    "templates/parts/_exit.html",
    "templates/parts/_footer.html",
    "templates/parts/_languages.html",
    "templates/parts/_live.html",
    "templates/parts/_messages.html",
    "templates/parts/_unread_language.html",
    "templates/bookings/parts/_hold.html",
    "templates/bookings/parts/_place.html",
    "templates/bookings/parts/_times.html",
    "templates/bookings/public/_afraid_link.html",
    "templates/bookings/public/base.html",
    "templates/bookings/public/request/",
    "templates/bookings/personal/too_many.html",
    "templates/emails/base.sms",
    "templates/emails/base.txt",
    "templates/emails/party.txt",
    "templates/emails/visit.txt",
    "templates/emails/reminder.",
    "templates/emails/parts/own_code.txt",
    "templates/emails/parts/video.txt",
    "templates/emails/parts/when_and_where.txt",
    "templates/familylaw/",
    "templates/walkin/public_pages/",
    "walkin/actions/near_text.py",
    "walkin/public_pages/",
)
# Pages of these folders that speak to staff, or to whoever passes by.
LEFT_OUT = (
    "templates/walkin/public_pages/_about",
    "templates/walkin/public_pages/about",
    "templates/walkin/public_pages/_agency",
    "templates/walkin/public_pages/agency",
    "templates/walkin/public_pages/_both",
    "templates/walkin/public_pages/_display",
    "templates/walkin/public_pages/display",
    "templates/walkin/public_pages/screen_",
    "walkin/public_pages/about.py",
    "walkin/public_pages/agency.py",
    "walkin/public_pages/display.py",
)


def has_partial_languages(source: str) -> bool:
    """Say whether the texts of a source (its path below the root) are in the partial catalogues."""
    return source.startswith(SOURCES) and not source.startswith(LEFT_OUT)


# Pages that can be read in a partial language, by namespace.
_PAGES = {
    "book": (
        "start",
        "service",
        "times",
        "no_time",
        "details",
        "anonymous",
        "visit",
        "other",
        "check",
        "empty",
        "sent",
    ),
    "walk_in": (
        "come_back",
        "here",
        "kiosk",
        "kiosk_here",
        "leave",
        "live",
        "more_time",
        "numbers",
        "ready",
        "say_back",
        "slip",
        "stop_text",
        "take",
        "take_here",
        "text",
        "ticket",
    ),
}
VIEWS = frozenset(f"{space}:{name}" for space, names in _PAGES.items() for name in names)
