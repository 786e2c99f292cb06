"""Where a record comes from: a form of the website, or elsewhere."""

from odoo.http import request


def from_website_form(model_name):
    """True while a website form that makes records of the model is being received."""
    return bool(request) and request.httprequest.path.endswith(f"/website/form/{model_name}")
