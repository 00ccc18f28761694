DROP FUNCTION touch_member(uuid, uuid, timestamptz);
DROP FUNCTION open_organization(uuid, uuid, boolean);
DROP FUNCTION check_many(bytea[], uuid[], uuid[]);
DROP FUNCTION active_organization_of(uuid, uuid);
DROP FUNCTION authenticate_many(bytea[]);
