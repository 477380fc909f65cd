"""Translations of library strings that are missing, wrong or unclear there.

Nothing runs here. The strings are written as in the libraries, so that they get into our
catalogues, which take precedence. A test fails when a library has changed one of them.
"""

from django.utils.translation import gettext_noop as _
from django.utils.translation import ngettext_lazy, pgettext_lazy

WORDS = (
    # Django's forms
    _("This field is required."),
    _("Enter a valid email address."),
    _("Enter a valid date."),
    _("Enter a valid time."),
    _("Enter a whole number."),
    _("Enter a valid value."),
    _("Select a valid choice. %(value)s is not one of the available choices."),
    _("Select a valid choice. That choice is not one of the available choices."),
    _("Ensure this value is less than or equal to %(limit_value)s."),
    _("Ensure this value is greater than or equal to %(limit_value)s."),
    # Its names of the parts of an account
    _("username"),
    _("first name"),
    _("last name"),
    _("email address"),
    _("A user with that username already exists."),
    # Its rules for passwords
    _("The password is too similar to the %(verbose_name)s."),
    _("Your password can’t be too similar to your other personal information."),
    _("This password is too common."),
    _("Your password can’t be a commonly used password."),
    _("This password is entirely numeric."),
    _("Your password can’t be entirely numeric."),
    # Phone numbers
    pgettext_lazy(
        "{example_number} is a national phone number.",
        "Enter a valid phone number (e.g. {example_number}) or a number with an international call "
        "prefix.",
    ),
    # Signing in
    pgettext_lazy("field label", "Login"),
    _("Username"),
    _("Username or email"),
    _("Email"),
    _("Email address"),
    _("Current Password"),
    _("New Password"),
    _("New Password (again)"),
    _("Forgot your password?"),
    _("The username and/or password you specified are not correct."),
    _("The email address and/or password you specified are not correct."),
    _("Too many failed login attempts. Try again later."),
    _("This account is currently inactive."),
    _("Account Inactive"),
    _("This account is inactive."),
    _("Please type your current password."),
    _("You must type the same password each time."),
    _("Change Password"),
    _("Password Reset"),
    _(
        "Forgotten your password? Enter your email address below, and we'll send you an email allowing "
        "you to reset it."
    ),
    _("Reset My Password"),
    _("Please contact us if you have any trouble resetting your password."),
    _(
        "We have sent you an email. If you have not received it please check your spam folder. Otherwise "
        "contact us if you do not receive it in a few minutes."
    ),
    _("The password reset token was invalid."),
    # Two steps
    _("Confirm Access"),
    _("Please reauthenticate to safeguard your account."),
    _("Enter your password:"),
    _("Alternative options"),
    _("Use authenticator app or code"),
    _("Enter an authenticator code:"),
    _("Incorrect code."),
    _("Incorrect password."),
    _("View"),
    _("Generate"),
    _("Activate"),
    _("Activate Authenticator App"),
    _("Authenticator code"),
    _("Deactivate Authenticator App"),
    _("You are about to deactivate authenticator app based authentication. Are you sure?"),
    _("You cannot generate recovery codes without having two-factor authentication enabled."),
    _("No recovery codes set up."),
    _("You are about to generate a new set of recovery codes for your account."),
    _("This action will invalidate your existing codes."),
    _("Create Passkey"),
    _(
        "You are about to create a passkey for your account. As you can add additional keys later on, "
        "you can use a descriptive name to tell the keys apart."
    ),
    _("Passkey"),
    _("Key nr. {number}"),
    _("Security Keys"),
    _("Add Security Key"),
    _("Edit Security Key"),
    _("Remove Security Key"),
    _("Are you sure you want to remove this security key?"),
    _("No security keys have been added."),
    _("Security key added."),
    _("Security key removed."),
    _("Use a security key"),
    _("Authenticator app activated."),
    _("Authenticator app deactivated."),
    _("Passwordless"),
    _(
        "Enabling passwordless operation allows you to sign in using just this key, but imposes "
        "additional requirements such as biometrics or PIN protection."
    ),
)

COUNTED = (
    ngettext_lazy(
        "Ensure this value has at most %(limit_value)d character (it has %(show_value)d).",
        "Ensure this value has at most %(limit_value)d characters (it has %(show_value)d).",
    ),
    ngettext_lazy(
        "This password is too short. It must contain at least %d character.",
        "This password is too short. It must contain at least %d characters.",
    ),
    ngettext_lazy(
        "Your password must contain at least %(min_length)d character.",
        "Your password must contain at least %(min_length)d characters.",
    ),
    ngettext_lazy(
        "There is %(unused_count)s out of %(total_count)s recovery codes available.",
        "There are %(unused_count)s out of %(total_count)s recovery codes available.",
    ),
    ngettext_lazy(
        "You have added %(count)s security key.",
        "You have added %(count)s security keys.",
    ),
)
