import pytest
from django import forms
from django.utils import translation

from linli.ui.forms import LinliRenderer


class CallForm(forms.Form):
    default_renderer = LinliRenderer
    name = forms.CharField(label="Name")
    phone = forms.CharField(label="Phone", help_text="Paste it.")
    way = forms.ChoiceField(label="Way", choices=[("sms", "Text")], widget=forms.RadioSelect)
    note = forms.CharField(label="Note", required=False)
    ticket = forms.CharField(widget=forms.HiddenInput, required=False)

    def clean(self):
        if self.cleaned_data.get("note") == "no":
            raise forms.ValidationError("Not together <b>.")


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


def test_label_help_and_field_stand_in_this_order():
    html = str(CallForm())
    label, help_text, field = (html.index(s) for s in ('for="id_phone"', 'id="id_phone_helptext"', 'name="phone"'))
    assert label < help_text < field
    assert 'name="ticket"' in html
    assert "error-summary" not in html


def test_only_fields_that_may_stay_empty_say_so():
    html = str(CallForm())
    assert html.count("(may stay empty)") == 1


def test_an_error_stands_in_the_summary_and_beside_its_field():
    html = str(CallForm({"name": "Bai", "way": "sms", "note": "x"}))
    assert '<a href="#id_phone">Phone: This field is required.</a>' in html
    assert 'id="id_phone_error"' in html
    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="id_phone_helptext id_phone_error"' in html
    assert html.count('aria-invalid="true"') == 1


def test_an_error_of_the_whole_form_stands_in_the_summary_escaped():
    html = str(CallForm({"name": "Bai", "phone": "1", "way": "sms", "note": "no"}))
    assert "<li>Not together &lt;b&gt;.</li>" in html


def test_choices_have_a_legend_that_the_summary_can_reach():
    html = str(CallForm({"name": "Bai", "phone": "1"}))
    assert "<legend>Way</legend>" in html
    assert 'href="#id_way"' in html or 'href="#id_way_0"' in html
    assert 'id="id_way_0"' in html
