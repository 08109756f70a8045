"""Importing a form registers it with the admin."""

from partners.admin import action_plan, agreed, partner, strategy

__all__ = ["action_plan", "agreed", "partner", "strategy"]
