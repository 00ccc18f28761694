use std::fmt::Debug;

use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::serialize::{self, IsNull, Output, ToSql};
use diesel::sql_types::Text;
use diesel::sqlite::{Sqlite, SqliteValue};
use guildhall_domain::audit::{AuditAction, TargetKind};
use guildhall_domain::credits::{LedgerAccount, MovementKind, PeriodKey, ReservationState};
use guildhall_domain::{
    AccessLevel, Description, DomainName, DomainStatus, Email, Enrolment, Invalid, InvitationStatus, JoinRequestStatus,
    LimitName, MembershipSource, Name, OrganizationStatus, PlanName, Slug, TimeZone, WorkspaceKindName, WorkspaceRole,
};

/// A value of the domain that has a text form, and is checked when it is read back.
pub(crate) trait Stored: Sized + Debug {
    /// Reads the text form.
    fn read(text: &str) -> Result<Self, Invalid>;
    /// The text form.
    fn text(&self) -> &str;
}

macro_rules! stored {
    ($($type:ty),+ $(,)?) => {
        $(impl Stored for $type {
            fn read(text: &str) -> Result<Self, Invalid> {
                Self::parse(text)
            }

            fn text(&self) -> &str {
                self.as_str()
            }
        })+
    };
}

stored!(Name, Email, Slug, Description, DomainName, PlanName, TimeZone, WorkspaceKindName, LimitName, PeriodKey);
stored!(OrganizationStatus, MembershipSource, AuditAction, TargetKind);
stored!(InvitationStatus, DomainStatus, Enrolment, JoinRequestStatus, AccessLevel, WorkspaceRole);
stored!(LedgerAccount, MovementKind, ReservationState);

/// A column that holds such a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
pub(crate) struct Word<T>(pub(crate) T);

impl<T: Stored> FromSql<Text, Sqlite> for Word<T> {
    fn from_sql(mut value: SqliteValue<'_, '_, '_>) -> deserialize::Result<Self> {
        Ok(Self(T::read(value.read_text())?))
    }
}

impl<T: Stored> ToSql<Text, Sqlite> for Word<T> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(self.0.text());
        Ok(IsNull::No)
    }
}
