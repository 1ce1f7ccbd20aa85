"""The root types, put together."""

import graphene
from graphql import GraphQLSchema

from gateway.schema.mutations import intake, routing
from gateway.schema.queries import Query


class Mutation(graphene.ObjectType):
    register_petition = intake.RegisterPetitionMutation.Field()
    reveal_petitioner = intake.RevealPetitionerMutation.Field()
    refer_petition = routing.ReferPetitionMutation.Field()
    withdraw_referral = routing.WithdrawReferralMutation.Field()
    receive_referral = routing.ReceiveReferralMutation.Field()
    object_to_referral = routing.ObjectToReferralMutation.Field()
    decide_objection = routing.DecideObjectionMutation.Field()
    accept_referral = routing.AcceptReferralMutation.Field()
    answer_referral = routing.AnswerReferralMutation.Field()
    deliver_answer = routing.DeliverAnswerMutation.Field()
    close_petition = routing.ClosePetitionMutation.Field()


def build_schema() -> GraphQLSchema:
    schema: GraphQLSchema = graphene.Schema(query=Query, mutation=Mutation).graphql_schema
    return schema
