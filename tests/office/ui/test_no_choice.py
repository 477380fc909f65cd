"""What a field that is not filled in shows: our words, never a row of dashes."""

from django import forms
from django.utils.translation import override

from office.models import ServicePoint
from office.setup.forms_hours import AbsenceForm
from office.ui.forms import OfficeForm


class Example(OfficeForm):
    point = forms.ModelChoiceField(ServicePoint.objects.none())
    any_point = forms.ModelChoiceField(ServicePoint.objects.none(), empty_label="Anywhere")
    no_blank = forms.ModelChoiceField(ServicePoint.objects.none(), empty_label=None)
    way = forms.ChoiceField(choices=[("", "---------"), ("car", "By car")])


def test_a_field_says_choose_in_place_of_dashes() -> None:
    with override("fi"):
        page = str(Example())
    assert "---------" not in page
    assert page.count("Valitse") == 2


def test_own_words_for_no_choice_stay() -> None:
    form = Example()
    assert "Anywhere" in str(form["any_point"])
    assert "<option" not in str(form["no_blank"])
    # Nobody has to say why somebody is away: that is an answer, not something still to choose.
    with override("fi"):
        reason = str(AbsenceForm()["reason"])
    assert "ei ilmoitettu" in reason
    assert "Valitse" not in reason
