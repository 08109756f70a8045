from django.contrib import admin

from meetings.models.days import DaysFormField


class OccasionAdmin(admin.ModelAdmin):
    @admin.display(description="planned before for")
    def planned_before(self, occasion):
        return DaysFormField().prepare_value(occasion.promised_days)
