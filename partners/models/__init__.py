from partners.models.action_plan import Action, ActionPlan, Priority
from partners.models.partner import EarlierName, Partner
from partners.models.strategy import Objective, Strategy

__all__ = ["Action", "ActionPlan", "EarlierName", "Objective", "Partner", "Priority", "Strategy"]
