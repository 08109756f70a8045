from partners.models.action_plan import Action, ActionPlan, Continuation, PlanExtension, Priority
from partners.models.belonging import EarlierStanding, Standing
from partners.models.partner import EarlierName, Partner
from partners.models.series import Series
from partners.models.strategy import Objective, Strategy, StrategyExtension

__all__ = [
    "Action",
    "ActionPlan",
    "Continuation",
    "EarlierName",
    "EarlierStanding",
    "Objective",
    "Partner",
    "PlanExtension",
    "Priority",
    "Series",
    "Standing",
    "Strategy",
    "StrategyExtension",
]
