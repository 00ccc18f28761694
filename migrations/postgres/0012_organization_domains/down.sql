DROP TABLE organization_domains;
DROP FUNCTION is_own_domain(text);
