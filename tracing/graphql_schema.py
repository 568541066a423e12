"""What the client asks about people, teams and projects, in the words of W&B's own API."""

from __future__ import annotations

from typing import Any

from graphql import GraphQLError, GraphQLResolveInfo, build_schema

from accounts.models import Project, Team, User
from common.errors import LineupError
from tracing.visits import Visit, make_project, presentable

SCHEMA = build_schema(
    """
    type Query {
      viewer: User
      serverInfo: ServerInfo
      "Null for what does not exist or belongs to others."
      project(name: String!, entityName: String!): Project
      entity(name: String!): Entity
    }

    type Mutation {
      "Makes the project if there is none; the answer has its name, which an address can have."
      upsertModel(input: UpsertModelInput!): UpsertModelPayload
    }

    type User {
      id: ID!
      username: String
      name: String
      email: String
      admin: Boolean!
      entity: String
      defaultEntity: Entity
      teams: EntityConnection
    }

    "A team."
    type Entity {
      id: ID!
      name: String!
      isTeam: Boolean!
      projects: ProjectConnection
    }

    type Project {
      id: ID!
      internalId: ID!
      name: String!
      entityName: String!
      description: String
      createdAt: String!
    }

    type ServerInfo {
      frontendHost: String
    }

    type EntityConnection {
      edges: [EntityEdge!]!
    }

    type EntityEdge {
      node: Entity
    }

    type ProjectConnection {
      edges: [ProjectEdge!]!
    }

    type ProjectEdge {
      node: Project
    }

    input UpsertModelInput {
      id: String
      name: String
      entityName: String
      description: String
      repo: String
    }

    type UpsertModelPayload {
      model: Project
      project: Project
      inserted: Boolean
    }
    """
)

Shown = dict[str, Any]
Info = GraphQLResolveInfo[Any]


class Refused(GraphQLError):
    """The client tells its user that the key may not do this."""

    def __init__(self, message: str) -> None:
        super().__init__(message, extensions={"code": "PERMISSION_ERROR"})


class Root:
    """The resolvers: each takes what GraphQL gives it, and the visit as context."""

    def viewer(self, info: Info) -> Shown:
        user = _visit(info).user
        teams = list(Team.objects.for_user(user).order_by("created_at"))
        return {
            "id": str(user.pk),
            "username": user.username,
            "name": user.get_full_name() or user.username,
            "email": user.email,
            "admin": user.is_superuser,
            "entity": teams[0].slug if teams else None,
            "defaultEntity": _entity(teams[0]) if teams else None,
            "teams": {"edges": [{"node": _entity(team)} for team in teams]},
        }

    def serverInfo(self, info: Info) -> Shown:  # noqa: N802 (a field's name)
        host = _visit(info).headers.get("host", "")
        return {"frontendHost": host}

    def project(self, info: Info, *, name: str, entityName: str) -> Shown | None:  # noqa: N803
        found = _projects(_visit(info).user).filter(team__slug=entityName, slug__in=[name, presentable(name)]).first()
        return _project(found) if found else None

    def entity(self, info: Info, *, name: str) -> Shown | None:
        team = Team.objects.for_user(_visit(info).user).filter(slug=name).first()
        return _entity(team) if team else None

    def upsertModel(self, info: Info, *, input: Shown) -> Shown:  # noqa: A002, N802
        visit = _visit(info)
        team = Team.objects.for_user(visit.user).filter(slug=input.get("entityName") or "").first()
        if team is None:
            raise Refused(f"There is no team '{str(input.get('entityName'))[:100]}' that this key may open.")
        try:
            made = make_project(team, presentable(input.get("name") or ""))
        except LineupError as error:
            raise GraphQLError(error.message) from None
        return {"model": _project(made), "project": _project(made), "inserted": True}


def _visit(info: Info) -> Visit:
    visit: Visit = info.context
    return visit


def _projects(user: User) -> Any:
    return Project.objects.for_user(user).select_related("team")


def _entity(team: Team) -> Shown:
    def projects(_info: Info) -> Shown:
        own = Project.objects.filter(team=team).select_related("team")
        return {"edges": [{"node": _project(one)} for one in own]}

    return {"id": str(team.pk), "name": team.slug, "isTeam": True, "projects": projects}


def _project(project: Project) -> Shown:
    return {
        "id": str(project.pk),
        "internalId": str(project.pk),
        "name": project.slug,
        "entityName": project.team.slug,
        "description": "",
        "createdAt": project.created_at.isoformat(),
    }
