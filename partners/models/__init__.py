from partners.models.action_plan import Action, ActionPlan, Continuation, Priority
from partners.models.partner import EarlierName, Partner
from partners.models.strategy import Objective, Strategy

__all__ = ["Action", "ActionPlan", "Continuation", "EarlierName", "Objective", "Partner", "Priority", "Strategy"]
