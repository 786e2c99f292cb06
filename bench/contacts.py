"""The contacts that every contestant works on."""

#: SQL that adds %s contacts, copies of one there is; what would make them special is left out.
FILL = """
INSERT INTO res_partner
SELECT copy.*
  FROM res_partner AS model,
       (SELECT nextval('res_partner_id_seq') AS id FROM generate_series(1, %s)) AS fresh,
       LATERAL jsonb_populate_record(model, jsonb_build_object(
           'id', fresh.id, 'commercial_partner_id', fresh.id, 'function', 'bench', 'ref', NULL,
           'name', 'Contact ' || fresh.id, 'complete_name', 'Contact ' || fresh.id,
           'email', 'contact' || fresh.id || '@example.com', 'signup_type', NULL,
           'email_normalized', 'contact' || fresh.id || '@example.com')) AS copy
 WHERE model.id = (SELECT max(id) FROM res_partner
                    WHERE NOT is_company AND parent_id IS NULL AND active)
"""
FUNCTION = "bench"


def ids(env, limit=None):
    """Ids of these contacts."""
    env.cr.execute(
        """SELECT id FROM res_partner
            WHERE name LIKE 'Contact %%' AND email LIKE 'contact%%@example.com'
         ORDER BY id LIMIT %s""",
        [limit],
    )
    return [row[0] for row in env.cr.fetchall()]
