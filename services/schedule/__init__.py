"""Schedules: what a trigger describes, when it is due, and how that is told."""
