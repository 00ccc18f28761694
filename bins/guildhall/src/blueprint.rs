//! Which tenancy rules are in force.

use std::fmt;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use anyhow::{Context, bail};
use guildhall_domain::blueprint::{Blueprint, BuiltIn, SessionRules};

use crate::config::Config;

/// The names of the built-in blueprints.
pub fn names() -> String {
    BuiltIn::ALL.map(BuiltIn::name).join(", ")
}

/// The configured blueprint, with the lengths of sessions that the operator
/// set over it.
///
/// # Errors
/// Where there is none of that name or path, or it breaks a rule.
pub fn of(config: &Config) -> anyhow::Result<Blueprint> {
    let name = config.blueprint.as_str();
    let mut blueprint = match BuiltIn::find(name) {
        Some(built_in) => built_in.blueprint().map_err(|error| broken(name, &error))?,
        None if !Path::new(name).exists() => {
            bail!("`blueprint` is {name:?}, which is neither a file nor one of {}", names())
        }
        None => read(Path::new(name))?,
    };
    blueprint.sessions = config.session.over(blueprint.sessions);
    let SessionRules { absolute_seconds, idle_seconds } = blueprint.sessions;
    if idle_seconds > absolute_seconds {
        bail!(
            "`session.idle_seconds` is {idle_seconds} and `session.absolute_seconds` {absolute_seconds}, one of them \
             by the blueprint {name}: set both, the first to no more than the second"
        );
    }
    Ok(blueprint)
}

/// The blueprint in a file.
///
/// # Errors
/// Where it cannot be read, or with everything that is wrong with it.
pub fn read(file: &Path) -> anyhow::Result<Blueprint> {
    let cannot_read = || format!("cannot read the blueprint {}", file.display());
    // One byte more than a blueprint may have, however long the file is.
    let most = u64::try_from(Blueprint::MAX_FILE).unwrap_or(u64::MAX).saturating_add(1);
    let mut bytes = Vec::new();
    File::open(file).and_then(|open| open.take(most).read_to_end(&mut bytes)).with_context(cannot_read)?;
    let name = file.display().to_string();
    match String::from_utf8(bytes) {
        Ok(text) => Blueprint::from_toml(&text).map_err(|error| broken(&name, &error)),
        // What is too long may be cut inside a character.
        Err(error) if error.as_bytes().len() > Blueprint::MAX_FILE => {
            Err(broken(&name, &"the file has more than 64 KiB"))
        }
        Err(_) => Err(broken(&name, &"the file is not valid UTF-8")),
    }
}

fn broken(name: &str, problems: &dyn fmt::Display) -> anyhow::Error {
    let problems = problems.to_string().replace('\n', "\n  - ");
    anyhow::anyhow!("the blueprint {name} cannot be used:\n  - {problems}")
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use guildhall_domain::blueprint::{Blueprint, BuiltIn, SessionRules};

    use super::{of, read};
    use crate::config::{Config, SessionConfig};

    fn config(blueprint: &str) -> Config {
        Config { blueprint: blueprint.to_owned(), ..Config::default() }
    }

    #[test]
    fn a_blueprint_is_a_built_in_one_or_a_file() {
        assert_eq!(of(&Config::default()).unwrap(), Blueprint::default());
        for built_in in BuiltIn::ALL {
            assert_eq!(of(&config(built_in.name())).unwrap(), built_in.blueprint().unwrap());
        }
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("ours.toml");
        fs::write(&file, "membership = 'exclusive'").unwrap();
        assert_eq!(
            of(&config(file.to_str().unwrap())).unwrap(),
            Blueprint::from_toml("membership = 'exclusive'").unwrap()
        );
        for nothing in ["", "Mipiti", "/nowhere/ours.toml"] {
            let refused = of(&config(nothing)).unwrap_err().to_string();
            assert!(refused.contains("mipiti, strictops"), "{refused}");
        }
    }

    #[test]
    fn a_broken_file_is_named_with_every_line() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("ours.toml");
        let refused = |bytes: &[u8]| {
            fs::write(&file, bytes).unwrap();
            format!("{:#}", read(&file).unwrap_err())
        };
        let message = refused(b"membreship = 'many'\n[invitations]\nexpires_after_days = 0\n");
        assert!(
            message.starts_with(&format!("the blueprint {} cannot be used:\n  - line 1: ", file.display())),
            "{message}"
        );
        assert!(message.contains("\n  - line 3: `invitations.expires_after_days` must be from 1 to 30"), "{message}");
        assert!(refused(b"\xff").contains("UTF-8"));
        let endless = "é".repeat(Blueprint::MAX_FILE);
        assert!(refused(endless.as_bytes()).contains("64 KiB") && refused(&endless.as_bytes()[1..]).contains("64 KiB"));
        assert!(format!("{:#}", read(folder.path()).unwrap_err()).contains("cannot read the blueprint"));
        assert!(format!("{:#}", read(Path::new("/nowhere")).unwrap_err()).contains("/nowhere"));
    }

    #[test]
    fn the_operator_has_the_last_word_on_sessions() {
        let sessions = |absolute_seconds, idle_seconds| {
            let session = SessionConfig { absolute_seconds, idle_seconds };
            of(&Config { session, ..Config::default() }).map(|blueprint| blueprint.sessions)
        };
        let usual = Blueprint::default().sessions;
        assert_eq!(sessions(None, None).unwrap(), usual);
        assert_eq!(sessions(None, Some(600)).unwrap(), SessionRules { idle_seconds: 600, ..usual });
        let both = SessionRules { absolute_seconds: 700, idle_seconds: 600 };
        assert_eq!(sessions(Some(700), Some(600)).unwrap(), both);
        let refused = sessions(Some(700), None).unwrap_err().to_string();
        assert!(refused.contains("`session.idle_seconds` is 86400"), "{refused}");
    }
}
