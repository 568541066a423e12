from django.urls import URLPattern, path

from accounts.sign_in_link import sign_in_link

urlpatterns: list[URLPattern] = [
    path("sign-in/<str:token>", sign_in_link, name="sign-in-link"),
]
