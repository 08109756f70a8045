from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticStorage(CompressedManifestStaticFilesStorage):
    """Static files under names that carry their hash; also rewrites the imports between JavaScript modules."""

    support_js_module_import_aggregation = True
