//! What SQLite's errors mean to the rules.

use diesel::result::{DatabaseErrorInformation, DatabaseErrorKind, Error};
use guildhall_ports::store::{Constraint, StoreError};

/// An error that breaks no rule that a caller could know of.
pub(crate) fn failure(error: Error) -> StoreError {
    match error {
        Error::NotFound => StoreError::NotFound,
        Error::DatabaseError(DatabaseErrorKind::Unknown, information) => unknown(information.as_ref()),
        Error::DatabaseError(DatabaseErrorKind::ReadOnlyTransaction, _) => read_only(),
        Error::BrokenTransactionManager => StoreError::Unavailable("the connection is broken".to_owned()),
        other => StoreError::Corrupt(other.to_string()),
    }
}

/// As [`failure`], where the statement could also meet a row that is there already.
pub(crate) fn unless_unique(constraint: Constraint) -> impl Fn(Error) -> StoreError {
    move |error| match error {
        Error::DatabaseError(DatabaseErrorKind::UniqueViolation, _) => StoreError::Conflict(constraint),
        other => failure(other),
    }
}

/// As [`unless_unique`], where the table has other rules of the kind:
/// `columns` are those of the one that is meant.
pub(crate) fn unless_unique_in(columns: &'static str, constraint: Constraint) -> impl Fn(Error) -> StoreError {
    move |error| if violates(&error, columns) { StoreError::Conflict(constraint) } else { failure(error) }
}

/// Whether there is a row already with the same `columns`, as SQLite writes
/// them: `table.column`, with a comma and a space between two.
pub(crate) fn violates(error: &Error, columns: &str) -> bool {
    let Error::DatabaseError(DatabaseErrorKind::UniqueViolation, information) = error else { return false };
    information.message().rsplit_once(": ").is_some_and(|(_, named)| named == columns)
}

/// As [`unless_absent`], where the row also says how much is left or used.
pub(crate) fn unless_out_of_range(error: Error) -> StoreError {
    match error {
        Error::DatabaseError(DatabaseErrorKind::CheckViolation, _) => StoreError::Conflict(Constraint::LimitReached),
        other => unless_absent(other),
    }
}

/// As [`failure`], where the statement could also break a reference.
pub(crate) fn unless_referenced(constraint: Constraint) -> impl Fn(Error) -> StoreError {
    move |error| match error {
        Error::DatabaseError(DatabaseErrorKind::ForeignKeyViolation, _) => StoreError::Conflict(constraint),
        other => failure(other),
    }
}

/// As [`failure`], where the one thing that the row points to may be absent.
pub(crate) fn unless_absent(error: Error) -> StoreError {
    match error {
        Error::DatabaseError(DatabaseErrorKind::ForeignKeyViolation, _) => StoreError::NotFound,
        other => failure(other),
    }
}

/// A writing method was called in a unit of work that reads.
pub(crate) fn read_only() -> StoreError {
    StoreError::Corrupt("read-only unit of work".to_owned())
}

/// Whether nothing more can be done in a unit of work after `error`. Where
/// nothing was found, nothing was changed; and another slug may be tried.
pub(crate) fn ends_the_unit(error: &StoreError) -> bool {
    let may_go_on = matches!(
        error,
        StoreError::NotFound | StoreError::Conflict(Constraint::OrganizationSlug | Constraint::WorkspaceSlug)
    );
    !may_go_on
}

/// SQLite gives diesel nothing but its message. Everything that the outside
/// causes (locks, disks, files) counts as unavailable, since it can go away.
fn unknown(information: &(dyn DatabaseErrorInformation + Send + Sync)) -> StoreError {
    const CORRUPT: [&str; 5] = [
        "malformed",
        "file is not a database",
        "audit events are never",
        "audit log always has a head",
        "the ledger is never",
    ];
    let message = information.message();
    if message.contains("schema has changed") {
        StoreError::Serialization
    } else if CORRUPT.iter().any(|words| message.contains(words)) {
        StoreError::Corrupt(message.to_owned())
    } else {
        StoreError::Unavailable(message.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use diesel::result::{DatabaseErrorKind, Error};
    use guildhall_ports::store::{Constraint, StoreError};

    use super::{failure, unless_referenced, unless_unique, unless_unique_in};

    fn database(kind: DatabaseErrorKind, message: &str) -> Error {
        Error::DatabaseError(kind, Box::new(message.to_owned()))
    }

    #[test]
    fn what_can_go_away_is_unavailable_and_what_cannot_is_corrupt() {
        for away in ["database is locked", "disk I/O error", "database or disk is full", "unable to open database file"]
        {
            assert!(
                matches!(failure(database(DatabaseErrorKind::Unknown, away)), StoreError::Unavailable(_)),
                "{away}"
            );
        }
        for corrupt in [
            "database disk image is malformed",
            "file is not a database",
            "audit events are never changed",
            "the ledger is never changed",
        ] {
            assert!(matches!(failure(database(DatabaseErrorKind::Unknown, corrupt)), StoreError::Corrupt(_)));
        }
        let check = database(DatabaseErrorKind::CheckViolation, "CHECK constraint failed: version >= 1");
        assert!(matches!(failure(check), StoreError::Corrupt(_)));
        assert_eq!(failure(Error::NotFound), StoreError::NotFound);
    }

    #[test]
    fn violations_become_the_rule_that_the_statement_could_break() {
        let unique = database(DatabaseErrorKind::UniqueViolation, "UNIQUE constraint failed: users.email");
        assert_eq!(unless_unique(Constraint::UserEmail)(unique), StoreError::Conflict(Constraint::UserEmail));
        let two = "UNIQUE constraint failed: a.x, a.y";
        let error = || database(DatabaseErrorKind::UniqueViolation, two);
        let taken = Constraint::InvitationPending;
        assert_eq!(unless_unique_in("a.x, a.y", taken)(error()), StoreError::Conflict(taken));
        assert!(matches!(unless_unique_in("a.y", taken)(error()), StoreError::Corrupt(_)));
        let foreign = database(DatabaseErrorKind::ForeignKeyViolation, "FOREIGN KEY constraint failed");
        assert_eq!(unless_referenced(Constraint::RoleInUse)(foreign), StoreError::Conflict(Constraint::RoleInUse));
    }
}
