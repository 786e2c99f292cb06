from . import criteria, elsewhere, goal, suppression, unmatched
