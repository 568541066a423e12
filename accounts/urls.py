from django.urls import path, register_converter

from accounts.converters import ProjectSlug, TeamSlug
from accounts.sign_in_link import sign_in_link
from accounts.views import health, home, invitations, keys, members, organization, palette, profile, projects, teams

register_converter(TeamSlug, "team")
register_converter(ProjectSlug, "project")

urlpatterns = [
    path("", home.home, name="home"),
    path("sign-in/<str:token>", sign_in_link, name="sign-in-link"),
    path("healthz", health.healthz, name="healthz"),
    path("search", palette.palette, name="palette"),
    path("settings", profile.profile, name="settings"),
    path("settings/api-keys", keys.api_keys, name="api-keys"),
    path("settings/api-keys/new", keys.create, name="api-key-new"),
    path("settings/api-keys/<uuid:key_id>/revoke", keys.revoke, name="api-key-revoke"),
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
    path("switch", projects.switch, name="project-switch"),
    path("<team:team>/<project:project>", projects.project, name="project"),
]
