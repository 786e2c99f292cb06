"""From rows to programs."""

from collections import defaultdict

from ..engine.program import Path, Program, Step


def program_of_version(version):
    """The :class:`~..engine.program.Program` of a version.

    Steps of published versions never change, so their program is kept in the registry's
    cache; a draft is compiled anew each time.
    """
    if version.state == "draft":
        return compile_version(version)
    return version.env["crm.workflow"]._published_program(version.id)


def compile_version(version):
    """Read all steps and paths of the version in two queries and nest them."""
    actions = version.sudo().action_ids.sorted(lambda action: (action.sequence, action.id))
    paths = actions.path_ids.sorted(lambda path: (path.is_default, path.sequence, path.id))
    lanes, branches = defaultdict(list), defaultdict(list)
    for action in actions:
        lanes[action.path_id.id].append(action)
    for path in paths:
        branches[path.action_id.id].append(path)
    return Program(_lane(False, lanes, branches))


def _lane(path_id, lanes, branches):
    return tuple(
        Step(
            key=action.key,
            kind=action.kind,
            id=action.id,
            paths=tuple(
                Path(
                    key=path.key,
                    id=path.id,
                    steps=_lane(path.id, lanes, branches),
                    role=path.role or "",
                    returns=path.is_default and action._loops(),
                )
                for path in branches[action.id]
            ),
            policy=action._failure_policy(),
            target=action._target(),
            all=action._is_for_all(),
        )
        for action in lanes[path_id]
    )
