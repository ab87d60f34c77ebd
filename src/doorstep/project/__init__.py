"""Settings, urls, asgi and wsgi: the one place that knows every part."""
