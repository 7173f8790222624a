// The door of @parallax/platform/testing: behaving doubles and conformance suites.
