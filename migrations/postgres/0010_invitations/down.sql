DROP TABLE invitations;
DROP FUNCTION is_own_address(text);
