DROP TABLE sessions;
DROP TABLE user_passwords;
DROP TABLE users;
