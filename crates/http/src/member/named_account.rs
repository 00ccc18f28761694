use guildhall_app::member::AccountRef;
use guildhall_domain::{Email, Invalid, UserId};
use validator::ValidationError;

use crate::problem::Problem;
use crate::validation::{parse_id, refused};

/// Accepts a body that names an account in exactly one way.
pub(crate) fn names_account(email: Option<&str>, user_id: Option<&str>) -> Result<(), ValidationError> {
    if email.is_some() == user_id.is_some() { Err(refused(exactly_one())) } else { Ok(()) }
}

/// The account that a body names.
pub(crate) fn account(email: Option<&str>, user_id: Option<&str>) -> Result<AccountRef, Problem> {
    match (email, user_id) {
        (Some(email), None) => Ok(AccountRef::Email(Email::parse(email)?)),
        (None, Some(id)) => Ok(AccountRef::Id(UserId::from(parse_id(id)?))),
        _ => Err(exactly_one().into()),
    }
}

fn exactly_one() -> Invalid {
    Invalid::new("exactly_one", "must have either `email` or `user_id`")
}
