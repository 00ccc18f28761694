DROP FUNCTION touch_member(uuid, uuid, timestamptz);
DROP FUNCTION open_organization(uuid, uuid, boolean);
DROP FUNCTION check_facts(bytea, uuid, uuid);
DROP FUNCTION authenticate(bytea);
