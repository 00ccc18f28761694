use guildhall_security::LocalTokenMint;
use serde::{Deserialize, Serialize};

use super::Config;

/// How callers show who they are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AuthMode {
    /// By a session that a password has started.
    #[default]
    Password,
    /// By one configured token, which is the one local user's (C-19, C-139).
    LocalToken,
}

pub(super) fn check(config: &Config, problems: &mut Vec<String>) {
    match (config.auth, &config.local_auth_token) {
        (AuthMode::LocalToken, None) => problems.push(
            "`local_auth_token` is not set, which `auth = \"local-token\"` needs: set GUILDHALL_LOCAL_AUTH_TOKEN to \
             50 characters or more, made with `openssl rand -hex 32`"
                .to_owned(),
        ),
        (AuthMode::LocalToken, Some(token)) => {
            if let Err(error) = LocalTokenMint::new(token.secret()) {
                problems.push(format!("`local_auth_token` cannot be used: {error}"));
            }
        }
        (AuthMode::Password, _) => {}
    }
}
