"""Webhooks: the door takes a call in and answers at once; the worker acts on it in the cron."""
