"""Reading enrollments for people."""


def record_names(enrollments):
    """Names of the enrolled records, as the current user may see them: {(model, id): text}."""
    env = enrollments.env
    names = {}
    for model_name in set(enrollments.mapped("res_model")):
        ids = {row.res_id for row in enrollments if row.res_model == model_name}
        names |= {(model_name, record_id): f"{model_name},{record_id}" for record_id in ids}
        if model_name in env and env[model_name].has_access("read"):
            records = env[model_name].browse(ids).exists()._filtered_access("read")
            names |= {(model_name, record.id): record.display_name for record in records}
    return names
