use std::process::ExitCode;

use anyhow::bail;
use guildhall_app::user::CreateSuperadmin;
use guildhall_domain::Name;
use guildhall_ports::ExposeSecret;

use super::{explain, say};
use crate::cli::SuperadminAction;
use crate::config::Config;
use crate::database::DatabaseUrl;
use crate::new_password::NewPassword;
use crate::wire;

/// `guildhall superadmin create|grant|revoke`.
pub async fn run(action: SuperadminAction, config: &Config) -> anyhow::Result<ExitCode> {
    if matches!(config.database_url, DatabaseUrl::Memory) {
        bail!("memory: is gone when this command ends; name the server's database with --database-url");
    }
    match action {
        SuperadminAction::Create { email, name, password_file } => {
            // Before the database is touched: it may wait for somebody who types.
            let password = NewPassword::read(password_file.as_deref())?;
            let name = match name {
                Some(name) => name,
                None => Name::parse(email.as_str().split('@').next().unwrap_or_default())?,
            };
            let command = CreateSuperadmin { email, name, password: password.secret().clone() };
            let user = wire::application(config).await?.create_superadmin(command).await.map_err(explain)?;
            say(format_args!("{} is a superadmin.", user.email))?;
            if let NewPassword::Generated(secret) = password {
                say(format_args!("Password, shown only now: {}", secret.expose_secret()))?;
            }
        }
        SuperadminAction::Grant { email } => {
            let user = wire::application(config).await?.set_superadmin(&email, true).await.map_err(explain)?;
            say(format_args!("{} is a superadmin.", user.email))?;
        }
        SuperadminAction::Revoke { email } => {
            let user = wire::application(config).await?.set_superadmin(&email, false).await.map_err(explain)?;
            say(format_args!("{} is no superadmin.", user.email))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}
