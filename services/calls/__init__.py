"""Calls of web services: the step notes them in an outbox, the cron delivers them.

``request`` makes rows of a batch, ``courier`` takes them out of the database and back,
``transport`` speaks to the service and knows no database.
"""
