"""The audience of libraries' pages, declared by name since their views cannot do it."""

from office.staff.audience import Audience, Reach

_SIGNED_IN = Audience(Reach.SIGNED_IN)
_ANYONE = Audience(Reach.ANYONE)
AUDIENCES: dict[str, Audience] = {
    "set_language": _ANYONE,
    **dict.fromkeys(
        (
            "account_login",
            # Without a sign-in it redirects to the front page.
            "account_logout",
            "account_inactive",
            "account_signup",
            "account_reset_password",
            "account_reset_password_from_key",
            "account_reset_password_from_key_done",
            # The second step of signing in, after the first.
            "mfa_authenticate",
            "mfa_login_webauthn",
        ),
        _ANYONE,
    ),
    **dict.fromkeys(
        (
            "account_reauthenticate",
            "account_change_password",
            "mfa_index",
            "mfa_reauthenticate",
            "mfa_activate_totp",
            "mfa_deactivate_totp",
            "mfa_view_recovery_codes",
            "mfa_generate_recovery_codes",
            "mfa_download_recovery_codes",
            "mfa_list_webauthn",
            "mfa_add_webauthn",
            "mfa_reauthenticate_webauthn",
            "mfa_remove_webauthn",
            "mfa_edit_webauthn",
        ),
        _SIGNED_IN,
    ),
}
