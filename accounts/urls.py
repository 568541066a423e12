from django.urls import path, register_converter

from accounts.converters import ProjectSlug, TeamSlug
from accounts.views import (
    api_keys,
    health,
    home,
    invitations,
    members,
    organization,
    palette,
    profile,
    projects,
    sign_in_link,
    teams,
)

register_converter(TeamSlug, "team")
register_converter(ProjectSlug, "project")

urlpatterns = [
    path("", home.home, name="home"),
    path("sign-in/<str:token>", sign_in_link.sign_in_link, name="sign-in-link"),
    path("livez", health.livez, name="livez"),
    path("readyz", health.readyz, name="readyz"),
    path("healthz", health.readyz, name="healthz"),
    path("search", palette.palette, name="palette"),
    path("settings", profile.profile, name="settings"),
    path("settings/api-keys", api_keys.api_keys, name="api-keys"),
    path("settings/api-keys/new", api_keys.create, name="api-key-new"),
    path("settings/api-keys/<uuid:key_id>/revoke", api_keys.revoke, name="api-key-revoke"),
    path("settings/organization", organization.organization, name="organization"),
    path("settings/organization/rename", organization.rename, name="organization-rename"),
    path("settings/organization/leave", members.leave, name="organization-leave"),
    path("settings/members/<int:membership_id>/role", members.change_role, name="member-role"),
    path("settings/members/<int:membership_id>/remove", members.remove, name="member-remove"),
    path("settings/invitations", invitations.invitations, name="invitations"),
    path("settings/invitations/new", invitations.create, name="invitation-new"),
    path("settings/invitations/<uuid:invitation_id>/withdraw", invitations.withdraw, name="invitation-withdraw"),
    path("invitations/<str:token>", invitations.invitation, name="invitation"),
    path("invitations/<str:token>/accept", invitations.accept, name="invitation-accept"),
    path("settings/teams", teams.teams, name="teams"),
    path("settings/teams/new", teams.create, name="team-new"),
    path("settings/projects", projects.projects, name="projects"),
    path("settings/projects/new", projects.create, name="project-new"),
    path("settings/projects/<uuid:project_id>/trace-calls", projects.trace_calls, name="project-trace-calls"),
    path("switch", projects.switch, name="project-switch"),
    path("<team:team>/<project:project>", projects.project, name="project"),
]
