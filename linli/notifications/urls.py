"""The messages' addresses, under /notifications/."""

from __future__ import annotations

from django.urls import path

from linli.notifications.views import browsers, dead, tries, wishes, wordings

app_name = "notifications"
_ONE = "wordings/<str:code>/<str:language>/<str:form>/"
urlpatterns = [
    path("wordings/", wordings.wordings_page, name="wordings"),
    path(_ONE, wordings.wording_page, name="wording"),
    path(f"{_ONE}default/", wordings.wording_default, name="wording-default"),
    path("wishes/", wishes.my_wishes, name="my-wishes"),
    path("wishes/<str:kind>/<int:holder_id>/", wishes.wishes_page, name="wishes"),
    path("tries/<str:about>/", tries.tries_part, name="tries"),
    path("browsers/", browsers.browsers_page, name="browsers"),
    path("push/", browsers.push_of_mine, name="push"),
    path("push/<str:token>/", browsers.push_behind_link, name="push-link"),
    path("dead/", dead.dead_page, name="dead"),
    path("dead/<int:point_id>/works/", dead.dead_revive, name="dead-revive"),
]
