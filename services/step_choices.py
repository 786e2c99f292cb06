"""The steps of a version to choose from, for people."""


def step_choices(version):
    """The steps in the order of reading: a list of {key, name, depth}."""
    program = version._program()
    steps = {step.key: step for step in version.action_ids}
    return [
        {"key": key, "name": _name(steps[key]), "depth": program.depth(key)} for key in program.keys
    ]


def _name(step):
    """Steps on different paths often have one name."""
    if not step.path_id:
        return step.display_name
    return f"{step.path_id.display_name} › {step.display_name}"
