"""The nine elements of the satisfaction survey (SKM) and what a respondent may say of themselves.

Source: PermenPAN-RB 14/2017, attachment; the Indonesian wording of its questionnaire is in the catalogue.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from app.errors import Text, text


@dataclass(frozen=True)
class Element:
    """One element: its number, name and question, and what 1, 2, 3 and 4 stand for."""

    no: str
    title: Text
    question: Text
    scale: tuple[Text, Text, Text, Text]


FITS = (text("Does not fit"), text("Fits less"), text("Fits"), text("Fits very well"))

ELEMENTS: Mapping[str, Element] = {
    "requirements": Element(
        "U1",
        text("Requirements"),
        text("What do you think of how the requirements fit the kind of service?"),
        FITS,
    ),
    "procedure": Element(
        "U2",
        text("System, mechanism and procedure"),
        text("How easy do you find the procedure of the service in this unit?"),
        (text("Not easy"), text("Less easy"), text("Easy"), text("Very easy")),
    ),
    "time": Element(
        "U3",
        text("Time of completion"),
        text("What do you think of the speed with which the service was given?"),
        (text("Not fast"), text("Less fast"), text("Fast"), text("Very fast")),
    ),
    "cost": Element(
        "U4",
        text("Costs or tariffs"),
        text("What do you think of how reasonable the costs of the service are?"),
        (text("Very expensive"), text("Rather expensive"), text("Cheap"), text("No cost")),
    ),
    "product": Element(
        "U5",
        text("Product specification"),
        text("What do you think of how the result fits what the service standard says?"),
        FITS,
    ),
    "competence": Element(
        "U6",
        text("Competence of the officers"),
        text("What do you think of the competence of the officers who served you?"),
        (text("Not competent"), text("Less competent"), text("Competent"), text("Very competent")),
    ),
    "conduct": Element(
        "U7",
        text("Conduct of the officers"),
        text("What do you think of the conduct of the officers, their politeness and friendliness?"),
        (
            text("Not polite and friendly"),
            text("Less polite and friendly"),
            text("Polite and friendly"),
            text("Very polite and friendly"),
        ),
    ),
    "complaints": Element(
        "U8",
        text("Handling of complaints, suggestions and input"),
        text("What do you think of how complaints of users of the service are handled?"),
        (
            text("There is none"),
            text("There is, but it does not work"),
            text("It works less than it could"),
            text("Well managed"),
        ),
    ),
    "facilities": Element(
        "U9",
        text("Facilities and infrastructure"),
        text("What do you think of the quality of the facilities and infrastructure?"),
        (text("Bad"), text("Sufficient"), text("Good"), text("Very good")),
    ),
}

# What a respondent may add of themselves, by column; all of it optional.
ABOUT: Mapping[str, tuple[Text, Mapping[str, Text]]] = {
    "sex": (text("Sex"), {"male": text("Male"), "female": text("Female")}),
    "age": (
        text("Age"),
        {
            "17-25": text("17 to 25 years"),
            "26-35": text("26 to 35 years"),
            "36-45": text("36 to 45 years"),
            "46-55": text("46 to 55 years"),
            "56": text("56 years or older"),
        },
    ),
    "education": (
        text("Education"),
        {
            "sd": text("Primary school (SD)"),
            "smp": text("Lower secondary school (SMP)"),
            "sma": text("Upper secondary school (SMA)"),
            "diploma": text("Diploma (D1 to D3)"),
            "s1": text("Bachelor (S1 or D4)"),
            "s2": text("Master (S2)"),
            "s3": text("Doctorate (S3)"),
        },
    ),
    "occupation": (
        text("Occupation"),
        {
            "civil": text("Civil servant (PNS)"),
            "army": text("Armed forces (TNI)"),
            "police": text("Police (POLRI)"),
            "private": text("Private employee"),
            "business": text("Entrepreneur"),
            "other": text("Other occupation"),
        },
    ),
}
