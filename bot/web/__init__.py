"""Pages for browsers: the only place that knows Starlette and Jinja2."""
