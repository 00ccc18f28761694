//! The command line.

use std::path::PathBuf;

use clap::error::ErrorKind;
use clap::{Args, CommandFactory, Parser, Subcommand};
use guildhall_domain::blueprint::BuiltIn;
use guildhall_domain::{Email, Name, OrganizationId};
use uuid::Uuid;

use crate::blueprint;
use crate::config::{LogFormat, Overrides};

/// Organizations, members, roles and audit for any product, over HTTP.
///
/// Every setting of the configuration file can also be set in the environment:
/// `session.idle_seconds` is GUILDHALL_SESSION__IDLE_SECONDS. The command line
/// wins over the environment, the environment over the file.
#[derive(Debug, Parser)]
#[command(name = "guildhall", version, max_term_width = 100)]
pub struct Cli {
    #[command(flatten)]
    common: Common,
    #[command(flatten)]
    serve: Serve,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Args)]
struct Common {
    /// A TOML file with settings; `guildhall config show` prints one.
    #[arg(long, global = true, value_name = "FILE", env = "GUILDHALL_CONFIG")]
    config: Option<PathBuf>,
    /// Where everything is kept: sqlite:PATH, postgres://…, or memory:
    /// [env: GUILDHALL_DATABASE_URL] [default: sqlite:guildhall-data/guildhall.db]
    #[arg(long, global = true, value_name = "URL")]
    database_url: Option<String>,
    /// How log lines look [env: GUILDHALL_LOG__FORMAT] [default: human]
    #[arg(long, global = true, value_name = "FORMAT", value_enum)]
    log_format: Option<LogFormat>,
}

/// What is to be done.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Answer HTTP requests; what is done where no command is given.
    Serve(Serve),
    /// Bring the database's schema up to date.
    Migrate,
    /// Make or unmake people with power over the whole installation.
    Superadmin {
        /// What to do.
        #[command(subcommand)]
        action: SuperadminAction,
    },
    /// Print the API's OpenAPI document.
    Openapi,
    /// Look into the audit log.
    Audit {
        /// What to do.
        #[command(subcommand)]
        action: AuditAction,
    },
    /// Look into the ledgers of credits.
    Credits {
        /// What to do.
        #[command(subcommand)]
        action: CreditsAction,
    },
    /// Look at blueprints: the tenancy rules of a deployment.
    Blueprint {
        /// What to do.
        #[command(subcommand)]
        action: BlueprintAction,
    },
    /// Look at the configuration.
    Config {
        /// What to do.
        #[command(subcommand)]
        action: ConfigAction,
    },
}

/// Flags of `guildhall serve`.
#[derive(Debug, Default, Args)]
pub struct Serve {
    /// Bring the schema up to date first (PostgreSQL; SQLite always does).
    #[arg(long)]
    pub migrate: bool,
    /// Address and port to listen on [env: GUILDHALL_LISTEN] [default: 127.0.0.1:8080]
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<String>,
    /// The tenancy rules: a built-in blueprint or a file; see `guildhall blueprint`
    /// [env: GUILDHALL_BLUEPRINT] [default: default]
    #[arg(long, value_name = "NAME|PATH")]
    blueprint: Option<String>,
}

/// What `guildhall superadmin` does.
#[derive(Debug, Subcommand)]
pub enum SuperadminAction {
    /// Make a new account with power over the installation.
    ///
    /// The password is read from the file, or from standard input. At a
    /// terminal one is generated and shown once. It is never an argument,
    /// because arguments are seen by everybody on the machine.
    Create {
        /// The account's address.
        #[arg(long)]
        email: Email,
        /// The person's name; what stands before the @ where none is given.
        #[arg(long)]
        name: Option<Name>,
        /// A file whose first line is the password.
        #[arg(long, value_name = "FILE")]
        password_file: Option<PathBuf>,
    },
    /// Give an account power over the installation.
    Grant {
        /// The account's address.
        #[arg(long)]
        email: Email,
    },
    /// Take an account's power over the installation.
    Revoke {
        /// The account's address.
        #[arg(long)]
        email: Email,
    },
}

/// What `guildhall audit` does.
#[derive(Debug, Subcommand)]
pub enum AuditAction {
    /// Find rows that were changed, removed or moved, in every log.
    Verify {
        /// Only this organization's log.
        #[arg(long, value_name = "ID", value_parser = organization_id)]
        organization: Option<OrganizationId>,
    },
}

/// What `guildhall credits` does.
#[derive(Debug, Subcommand)]
pub enum CreditsAction {
    /// Add up every ledger and compare it with the balances kept beside it.
    Verify {
        /// Only this organization's ledger.
        #[arg(long, value_name = "ID", value_parser = organization_id)]
        organization: Option<OrganizationId>,
    },
    /// Make the balances that are not as their ledger says from it again.
    Rebuild {
        /// Only this organization's.
        #[arg(long, value_name = "ID", value_parser = organization_id)]
        organization: Option<OrganizationId>,
    },
}

/// What `guildhall blueprint` does.
#[derive(Debug, Clone, Subcommand)]
pub enum BlueprintAction {
    /// Say whether a file can be used as a blueprint, and if not, everything that is wrong with it.
    Check {
        /// The file.
        file: PathBuf,
    },
    /// Print a built-in blueprint: every key, with what it does.
    Show {
        /// Its name.
        #[arg(value_parser = built_in)]
        name: BuiltIn,
    },
    /// Print the names of the built-in blueprints.
    List,
}

/// What `guildhall config` does.
#[derive(Debug, Clone, Copy, Subcommand)]
pub enum ConfigAction {
    /// Say whether the configuration can be used, and if not, why.
    Check,
    /// Print the configuration as a TOML file, without secrets.
    Show,
}

fn organization_id(text: &str) -> Result<OrganizationId, uuid::Error> {
    Uuid::parse_str(text).map(OrganizationId::from)
}

fn built_in(name: &str) -> Result<BuiltIn, String> {
    BuiltIn::find(name).ok_or_else(|| format!("the built-in blueprints are {}", blueprint::names()))
}

impl Cli {
    /// What to do, with which settings over everything else.
    ///
    /// # Errors
    /// A flag of `serve` before another command.
    pub fn into_parts(self) -> Result<(Command, Overrides), clap::Error> {
        let command = match self.command {
            None => Command::Serve(self.serve),
            Some(_) if self.serve.migrate || self.serve.listen.is_some() || self.serve.blueprint.is_some() => {
                let message = "--migrate, --listen and --blueprint belong to `guildhall serve`: put them behind it";
                return Err(Self::command().error(ErrorKind::ArgumentConflict, message));
            }
            Some(command) => command,
        };
        let (listen, blueprint) = match &command {
            Command::Serve(serve) => (serve.listen.clone(), serve.blueprint.clone()),
            _ => (None, None),
        };
        let Common { config, database_url, log_format } = self.common;
        Ok((command, Overrides { file: config, listen, blueprint, database_url, log: log_format.map(Into::into) }))
    }
}

#[cfg(test)]
mod tests {
    use clap::{CommandFactory, Parser};

    use super::{BlueprintAction, Cli, Command, SuperadminAction};

    fn read(arguments: &[&str]) -> Result<(Command, crate::config::Overrides), clap::Error> {
        Cli::try_parse_from(std::iter::once(&"guildhall").chain(arguments))?.into_parts()
    }

    #[test]
    fn the_command_line_is_well_formed() {
        Cli::command().debug_assert();
    }

    #[test]
    fn with_no_command_it_serves() {
        let (command, overrides) = read(&["--listen", "0.0.0.0:80", "--migrate", "--database-url", "memory:"]).unwrap();
        assert!(matches!(command, Command::Serve(serve) if serve.migrate));
        assert_eq!(overrides.listen.as_deref(), Some("0.0.0.0:80"));
        assert_eq!(overrides.database_url.as_deref(), Some("memory:"));
        let (command, overrides) = read(&["serve", "--listen", "[::]:80", "--log-format", "json"]).unwrap();
        assert!(matches!(command, Command::Serve(serve) if !serve.migrate));
        assert_eq!(overrides.listen.as_deref(), Some("[::]:80"));
        assert!(overrides.log.is_some());
    }

    #[test]
    fn flags_of_every_command_stand_before_or_behind_it() {
        for arguments in [["--database-url", "memory:", "migrate"], ["migrate", "--database-url", "memory:"]] {
            let (command, overrides) = read(&arguments).unwrap();
            assert!(matches!(command, Command::Migrate));
            assert_eq!(overrides.database_url.as_deref(), Some("memory:"));
        }
        assert!(read(&["--listen", "0.0.0.0:80", "migrate"]).is_err());
    }

    #[test]
    fn blueprints_are_served_and_looked_at() {
        for arguments in [["--blueprint", "neosc"].as_slice(), &["serve", "--blueprint", "neosc"]] {
            let (command, overrides) = read(arguments).unwrap();
            assert!(matches!(command, Command::Serve(_)));
            assert_eq!(overrides.blueprint.as_deref(), Some("neosc"));
        }
        assert!(read(&["--blueprint", "neosc", "migrate"]).is_err());
        let (command, _) = read(&["blueprint", "show", "mission-control"]).unwrap();
        let Command::Blueprint { action: BlueprintAction::Show { name } } = command else { panic!("{command:?}") };
        assert_eq!(name.name(), "mission-control");
        let refused = read(&["blueprint", "show", "acme"]).unwrap_err().to_string();
        assert!(refused.contains("default, mipiti, strictops, neosc, mission-control"), "{refused}");
    }

    #[test]
    fn addresses_are_checked_and_passwords_are_no_arguments() {
        assert!(read(&["superadmin", "create", "--email", "nobody"]).is_err());
        assert!(read(&["superadmin", "create", "--email", "a@example.com", "--password", "x"]).is_err());
        let (command, _) = read(&["superadmin", "grant", "--email", "A@Example.com"]).unwrap();
        let Command::Superadmin { action: SuperadminAction::Grant { email } } = command else { panic!("{command:?}") };
        assert_eq!(email.as_str(), "a@example.com");
        assert!(read(&["audit", "verify", "--organization", "x"]).is_err());
    }
}
