"""The web face: a Django project over the engine."""
