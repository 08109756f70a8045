from django.urls import path

from partners import views

urlpatterns = [
    path("who-belongs/<slug:slug>/", views.partner, name="partner"),
    path("strategy/", views.strategy_list, name="strategies"),
    path("strategy/<slug:slug>/", views.strategy, name="strategy"),
    path("strategy/<slug:slug>/updates.atom", views.strategy_feed, name="strategy-feed"),
    path("strategy/<slug:strategy>/<slug:slug>/", views.objective, name="objective"),
    path("action-plan/", views.action_plan_list, name="action-plans"),
    path("action-plan/<slug:slug>/", views.action_plan, name="action-plan"),
    path("action-plan/<slug:slug>/updates.atom", views.action_plan_feed, name="action-plan-feed"),
    path("action-plan/<slug:plan>/<slug:slug>/", views.priority, name="priority"),
]
