"""What officers may do, as three groups of accounts: each may do all that those before it may, and more."""

from django.apps import apps as global_apps
from django.contrib.auth.management import create_permissions

EDITOR, PUBLISHER, ADMINISTRATOR = ROLES = ("Editor", "Publisher", "Administrator")
IN_WORDS = {
    EDITOR: "writes drafts; readers see nothing of them until a publisher publishes them",
    PUBLISHER: "also publishes and withdraws, shows and takes down urgent alerts, and may add what shows at once",
    ADMINISTRATOR: "also looks after accounts, the mailbox of readers’ messages and the addresses of the former site, "
    "and may erase",
}
APPS = ["publishing", "partners", "meetings", "pages"]
# What has no draft, so that a change of it shows at once
AT_ONCE = {"partners.series", "publishing.changenote", "publishing.picture", "publishing.term"}
# Of which nobody sees a new one until what is published shows it
HARMLESS_WHEN_NEW = {"publishing.picture"}
SETTINGS = {"publishing.address", "publishing.post"}
ACCOUNTS = "auth.user"
OF_ADMINISTRATORS = {ACCOUNTS, "publishing.auditentry"}  # which others don't even see
OF_THEIR_OWN = {"publish": PUBLISHER, "erase": ADMINISTRATOR}


def role_for(label: str, action: str) -> str:
    """The least of the roles that may do this ("add", "change", "delete", "view", or what a model names itself)."""
    if label in SETTINGS | OF_ADMINISTRATORS:
        return EDITOR if action == "view" and label in SETTINGS else ADMINISTRATOR
    if label in HARMLESS_WHEN_NEW and action == "add":
        return EDITOR
    if label in AT_ONCE and action != "view":
        return PUBLISHER
    return OF_THEIR_OWN.get(action, EDITOR)


def grant(apps, schema_editor) -> None:
    """For migrations: each role gets what is its due of all that there is by then."""
    alias = schema_editor.connection.alias
    group_model, permission_model = apps.get_model("auth", "Group"), apps.get_model("auth", "Permission")
    for app in [*APPS, "auth"]:  # Django itself makes permissions only once all migrations are done
        create_permissions(global_apps.get_app_config(app), verbosity=0, using=alias, apps=apps)
    due: dict[str, list] = {role: [] for role in ROLES}
    for permission in permission_model.objects.using(alias).select_related("content_type"):
        of = permission.content_type
        label = f"{of.app_label}.{of.model}"
        if of.app_label in APPS or label == ACCOUNTS:
            due[role_for(label, permission.codename.removesuffix(f"_{of.model}"))].append(permission)
    granted: list = []
    for role in ROLES:
        granted += due[role]
        group_model.objects.using(alias).get_or_create(name=role)[0].permissions.set(granted)
