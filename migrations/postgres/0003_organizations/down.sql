DROP TABLE memberships;
DROP TABLE roles;
DROP TABLE organizations;
