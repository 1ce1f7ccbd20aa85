"""The public side's own small schema: nothing of the offices' one can be asked here."""

import graphene
from graphql import GraphQLSchema

from gateway.public.mutations import Mutation
from gateway.public.queries import Query
from gateway.schema.describing import describe


def build_public_schema() -> GraphQLSchema:
    schema: GraphQLSchema = graphene.Schema(query=Query, mutation=Mutation).graphql_schema
    describe(schema)
    return schema
