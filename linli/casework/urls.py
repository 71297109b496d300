"""The addresses of requests, under /casework/."""

from __future__ import annotations

from django.urls import path

from linli.casework.views import calls, doing, entry, keys, lists, public, request
from linli.casework.views import calls, doing, entry, lists, matters, public, repeats, request, targets, tasks
from linli.casework.views import calls, doing, entry, lists, public, request, routing
from linli.casework.views import arranging, calls, doing, entry, house_rules, lists, public, request, routing

app_name = "casework"
urlpatterns = [
    path("", lists.list_page, name="list"),
    path("file/", lists.list_file, name="list-file"),
    path("new/", entry.new_page, name="new"),
    path("new/people/", entry.people_part, name="new-people"),
    path("new/about/", entry.about_part, name="new-about"),
    path("calls/", calls.calls_page, name="calls"),
    path("calls/<int:reporter_id>/", calls.call_page, name="call"),
    path("keys/", keys.keys_page, name="keys"),
    path("keys/<int:key_id>/end/", keys.end_key, name="key-end"),
    path("<int:request_id>/", request.request_page, name="request"),
    path("<int:request_id>/text/", request.request_text, name="text"),
    path("<int:request_id>/saved/", entry.saved_page, name="saved"),
    path("<int:request_id>/slip/", entry.slip_page, name="slip"),
    path("<int:request_id>/do/<slug:what>/", doing.do_request, name="do"),
    path("reporters/<int:reporter_id>/phone/", request.reporter_phone, name="reporter-phone"),
    path("ratings/<int:rating_id>/<slug:what>/", doing.do_rating, name="rating-do"),
    path("l/<str:token>/", public.link_page, name="link"),
    path("t/<str:token>/", public.track_page, name="track"),
    path("h/<str:token>/", public.hands_page, name="hands"),
    path("repeats/", repeats.repeats_page, name="repeats"),
    path("repeats/decided/", repeats.decided_page, name="repeats-decided"),
    path("repeats/<int:suggestion_id>/away/", repeats.put_away, name="repeat-away"),
    path("repeats/sentences/", repeats.new_detection, name="detection-new"),
    path("repeats/sentences/<int:detection_id>/", repeats.edit_detection, name="detection"),
    path("matters/", repeats.matters_page, name="matters"),
    path("matters/new/", matters.new_matter, name="matter-new"),
    path("matters/<int:matter_id>/", matters.matter_page, name="matter"),
    path("matters/<int:matter_id>/attach/", matters.attach, name="matter-attach"),
    path("matters/<int:matter_id>/detach/<int:request_id>/", matters.detach, name="matter-detach"),
    path("matters/<int:matter_id>/close/", matters.close, name="matter-close"),
    path("tasks/", tasks.tasks_page, name="tasks"),
    path("tasks/new/", tasks.new_task, name="task-new"),
    path("tasks/<int:task_id>/", tasks.task_page, name="task"),
    path("tasks/<int:task_id>/change/", tasks.edit_task, name="task-change"),
    path("tasks/<int:task_id>/do/<slug:what>/", tasks.step_task, name="task-step"),
    path("tasks/<int:task_id>/targets/<int:target_id>/", targets.mark, name="task-target"),
    path("tasks/<int:task_id>/sheet/", targets.sheet_page, name="task-sheet"),
    path("tasks/<int:task_id>/file/", targets.task_file, name="task-file"),
    path("routing/", routing.routing_page, name="routing"),
    path("routing/new/", routing.sentence_new, name="routing-new"),
    path("routing/trial/", routing.routing_trial, name="routing-trial"),
    path("routing/<int:rule_id>/", routing.sentence_page, name="routing-sentence"),
    path("routing/<int:rule_id>/do/", routing.sentence_do, name="routing-do"),
    path("arrange/", arranging.arrange_page, name="arrange"),
    path("arrange/categories/new/", arranging.category_new, name="arrange-category-new"),
    path("arrange/categories/<int:category_id>/", arranging.category_page, name="arrange-category"),
    path("arrange/categories/<int:category_id>/do/", arranging.category_do, name="arrange-category-do"),
    path("arrange/categories/<int:category_id>/question/", arranging.question_new, name="arrange-question-new"),
    path("arrange/questions/<int:question_id>/", arranging.question_page, name="arrange-question"),
    path("arrange/clocks/", house_rules.clocks_page, name="arrange-clocks"),
    path("arrange/clocks/<slug:code>/", house_rules.clock_page, name="arrange-clock"),
    path("arrange/rules/", house_rules.policy_page, name="arrange-policy"),
    path("arrange/teams/", house_rules.teams_page, name="arrange-teams"),
    path("arrange/teams/new/", house_rules.team_new, name="arrange-team-new"),
    path("arrange/teams/<int:team_id>/", house_rules.team_page, name="arrange-team"),
    path("arrange/answers/", house_rules.templates_page, name="arrange-templates"),
    path("arrange/answers/new/", house_rules.template_new, name="arrange-template-new"),
    path("arrange/answers/<int:template_id>/", house_rules.template_page, name="arrange-template"),
]
