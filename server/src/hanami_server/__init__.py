"""Hanami as a service: many growing networks of many users behind one HTTP API."""
