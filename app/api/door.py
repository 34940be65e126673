"""The door for machines: every endpoint of the public contract, described in OpenAPI."""

from flask import Flask
from flask_appbuilder import AppBuilder

from app.api.cases import AttachmentsApi, CasesApi
from app.api.complaints import ComplaintsApi
from app.api.definitions import DefinitionsApi, RulesApi
from app.api.inbound import InboundApi
from app.api.inbound_oss import OssInboundApi
from app.api.letters import LettersApi
from app.api.offers import ServicesApi
from app.api.records import MessagesApi, RegistersApi
from app.api.surveys import SurveysApi
from app.api.tasks import TasksApi
from app.api.verify import VerifyApi

APIS = (
    ServicesApi,
    CasesApi,
    AttachmentsApi,
    TasksApi,
    LettersApi,
    VerifyApi,
    RegistersApi,
    MessagesApi,
    SurveysApi,
    ComplaintsApi,
    DefinitionsApi,
    RulesApi,
    OssInboundApi,
    InboundApi,
)


def register(_app: Flask, appbuilder: AppBuilder) -> None:
    """Add every API to Flask-AppBuilder, which collects their descriptions."""
    for api in APIS:
        appbuilder.add_api(api)
