from . import chosen, worked_out, moments, joined
