"""The registration form, so that a client can draw it and mark what is wanting before it is sent."""

import graphene

from gateway.context import camel
from gateway.schema import enums
from gateway.schema.types import label_of
from services.contracts import forms
from services.contracts.intake import Channel, Nature


class FormField(graphene.ObjectType):
    """登记表的一项"""

    path = graphene.String(
        required=True, description="在 RegisterPetitionInput 中的位置；列表中每一项的写作 petitioners.name"
    )
    label = graphene.String(required=True)
    need = graphene.Field(
        enums.NeedEnum, required=True, description="属于来信、来访、来电、信访人等部分的，填了该部分时才必填"
    )
    need_label = graphene.String(required=True)
    message = graphene.String(description="没有填写时的提示")
    source = graphene.String(description="出自哪一条规定")

    resolve_need_label = label_of("need")

    @staticmethod
    def resolve_path(field: forms.FormField, info: graphene.ResolveInfo) -> str | None:
        return camel(field.path)


class FormRule(graphene.ObjectType):
    """各项之间应当相符之处；不符的不予登记，并指出该项"""

    path = graphene.String(required=True)
    message = graphene.String(required=True)
    source = graphene.String(required=True)

    @staticmethod
    def resolve_path(rule: forms.FormRule, info: graphene.ResolveInfo) -> str | None:
        return camel(rule.path)


class RegistrationForm(graphene.ObjectType):
    """一种信访形式和性质的登记表。没有证件、材料的，不影响登记"""

    fields = graphene.List(graphene.NonNull(FormField), required=True, description="按登记表的次序")
    rules = graphene.List(graphene.NonNull(FormRule), required=True)


class FormQueries:
    registration_form = graphene.Field(
        RegistrationForm,
        required=True,
        channel=graphene.Argument(enums.ChannelEnum, required=True),
        nature=graphene.Argument(enums.NatureEnum, required=True),
        description="登记表的项目：哪些必填，哪些应填，出自哪一条规定",
    )

    @staticmethod
    def resolve_registration_form(
        root: None, info: graphene.ResolveInfo, channel: Channel, nature: Nature
    ) -> RegistrationForm:
        form = forms.registration_form()
        fields = form.fields_of(channel, nature)
        return RegistrationForm(fields=fields, rules=form.rules_of(channel, nature))
