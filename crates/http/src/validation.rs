//! The domain's own rules as checks of `validator`, so that every wrong field of a request is reported at once.

use std::borrow::Cow;
use std::str::FromStr;

use guildhall_app::FieldError;
use guildhall_app::invitation::{InvitationExpiry, InvitationMode};
use guildhall_app::role::RoleRef;
use guildhall_domain::audit::AuditAction;
use guildhall_domain::blueprint::DefaultWorkspaceAccess;
use guildhall_domain::credits::Amount;
use guildhall_domain::page::PageSize;
use guildhall_domain::{
    Enrolment, Invalid, InvitationStatus, Limit, OrganizationStatus, Permission, Timestamp, WorkspaceRole,
};
use time::format_description::well_known::Rfc3339;
use uuid::Uuid;
use validator::{ValidationError, ValidationErrors, ValidationErrorsKind};

/// A refusal of the domain, as `validator` keeps it.
pub(crate) fn refused(invalid: Invalid) -> ValidationError {
    ValidationError::new(invalid.code).with_message(invalid.detail)
}

/// Accepts what is a `T` of the domain.
pub(crate) fn text<T: FromStr<Err = Invalid>>(text: &str) -> Result<(), ValidationError> {
    T::from_str(text).map(drop).map_err(refused)
}

/// Accepts what can name a role.
pub(crate) fn role(text: &str) -> Result<(), ValidationError> {
    RoleRef::parse(text).map(drop).map_err(refused)
}

/// Accepts the name of a permission.
pub(crate) fn permission(text: &str) -> Result<(), ValidationError> {
    Permission::parse(text).map(drop).map_err(refused)
}

/// The parameter of an error that says which element of a list it is about.
const INDEX: &str = "index";

/// Accepts a list of names of permissions, each at most once.
pub(crate) fn permissions(names: &[String]) -> Result<(), ValidationError> {
    for (index, name) in names.iter().enumerate() {
        let unknown = permission(name).err();
        let twice = || {
            let earlier = names.iter().take(index).any(|other| other == name);
            earlier.then(|| refused(Invalid::new("duplicate", "must be given once")))
        };
        if let Some(mut error) = unknown.or_else(twice) {
            error.add_param(INDEX.into(), &index);
            return Err(error);
        }
    }
    Ok(())
}

/// Accepts the name of an audit action.
pub(crate) fn action(text: &str) -> Result<(), ValidationError> {
    AuditAction::parse(text).map(drop).map_err(refused)
}

/// Accepts the name of a status.
pub(crate) fn status(text: &str) -> Result<(), ValidationError> {
    OrganizationStatus::parse(text).map(drop).map_err(refused)
}

/// Accepts the name of a way to invite.
pub(crate) fn invitation_mode(text: &str) -> Result<(), ValidationError> {
    parse_invitation_mode(text).map(drop).map_err(refused)
}

/// Accepts how many days an invitation is good for.
pub(crate) fn expiry(days: i64) -> Result<(), ValidationError> {
    InvitationExpiry::days(days).map(drop).map_err(refused)
}

/// Accepts which invitations can be asked for.
pub(crate) fn invitation_status(text: &str) -> Result<(), ValidationError> {
    parse_invitation_status(text).map(drop).map_err(refused)
}

/// Accepts what a domain can do for people with an address there.
pub(crate) fn enrolment(text: &str) -> Result<(), ValidationError> {
    Enrolment::parse(text).map(drop).map_err(refused)
}

/// Accepts what every member may do in a workspace.
pub(crate) fn default_access(text: &str) -> Result<(), ValidationError> {
    parse_default_access(text).map(drop).map_err(refused)
}

/// Accepts what somebody can be in a workspace.
pub(crate) fn workspace_role(text: &str) -> Result<(), ValidationError> {
    WorkspaceRole::parse(text).map(drop).map_err(refused)
}

/// Accepts how much of a resource is reported.
pub(crate) fn amount(number: i64) -> Result<(), ValidationError> {
    parse_amount(number).map(drop).map_err(refused)
}

/// Accepts how many credits are asked for or given.
pub(crate) fn credits(number: i64) -> Result<(), ValidationError> {
    parse_credits(number).map(drop).map_err(refused)
}

/// Accepts how much there may be of something.
pub(crate) fn maximum(number: i64) -> Result<(), ValidationError> {
    parse_maximum(number).map(drop).map_err(refused)
}

/// Accepts an id.
pub(crate) fn id(text: &str) -> Result<(), ValidationError> {
    parse_id(text).map(drop).map_err(refused)
}

/// Accepts the size of a page.
pub(crate) fn limit(text: &str) -> Result<(), ValidationError> {
    parse_limit(text).map(drop).map_err(refused)
}

/// Accepts `true` and `false`.
pub(crate) fn flag(text: &str) -> Result<(), ValidationError> {
    match text {
        "true" | "false" => Ok(()),
        _ => Err(refused(Invalid::new("invalid_flag", "must be true or false"))),
    }
}

/// Accepts a point in time.
pub(crate) fn timestamp(text: &str) -> Result<(), ValidationError> {
    parse_timestamp(text).map(drop).map_err(refused)
}

/// Accepts what names and e-mails can be searched for.
pub(crate) fn search(text: &str) -> Result<(), ValidationError> {
    if text.chars().count() > 254 {
        return Err(refused(Invalid::new("too_long", "must have at most 254 characters")));
    }
    if text.chars().any(char::is_control) {
        return Err(refused(Invalid::new("control_character", "must not hold control characters")));
    }
    Ok(())
}

/// Reads the name of a way to invite.
pub(crate) fn parse_invitation_mode(text: &str) -> Result<InvitationMode, Invalid> {
    match text {
        "link" => Ok(InvitationMode::Link),
        "direct" => Ok(InvitationMode::Direct),
        _ => Err(Invalid::new("unknown_mode", "must be link or direct")),
    }
}

/// Reads which invitations are asked for; none for `all`.
pub(crate) fn parse_invitation_status(text: &str) -> Result<Option<InvitationStatus>, Invalid> {
    match text {
        "all" => Ok(None),
        text => InvitationStatus::parse(text).map(Some).map_err(|invalid| {
            Invalid::new(invalid.code, "must be pending, expired, accepted, declined, revoked or all")
        }),
    }
}

/// Reads an id.
pub(crate) fn parse_id(text: &str) -> Result<Uuid, Invalid> {
    match Uuid::try_parse(text) {
        Ok(id) if text.len() == uuid::fmt::Hyphenated::LENGTH => Ok(id),
        _ => Err(Invalid::new("invalid_id", "must be a UUID")),
    }
}

/// Reads the size of a page.
pub(crate) fn parse_limit(text: &str) -> Result<PageSize, Invalid> {
    let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if !digits {
        return Err(Invalid::new("invalid_type", "must be a number from 1 to 100"));
    }
    // What has too many digits for a number is out of range as well.
    PageSize::new(text.parse().unwrap_or(u64::MAX))
}

/// Reads how much there may be of something; 0 is unlimited (M-17).
pub(crate) fn parse_maximum(number: i64) -> Result<Limit, Invalid> {
    // What is less than nothing is out of range as well.
    Limit::from_wire(u64::try_from(number).unwrap_or(u64::MAX))
}

/// Reads how much there may be of something in a workspace; 0 is none (C-14).
pub(crate) fn parse_own_limit(number: i64) -> Result<u64, Invalid> {
    let invalid = || Invalid::new("out_of_range", "must be from 0, which is none, to 9007199254740991");
    u64::try_from(number).ok().filter(|number| *number <= Limit::MAX).ok_or_else(invalid)
}

/// Reads how much of a resource is acquired or released.
pub(crate) fn parse_amount(number: i64) -> Result<u64, Invalid> {
    let invalid = || Invalid::new("out_of_range", "must be from 1 to 9007199254740991");
    u64::try_from(number).ok().filter(|number| (1..=Limit::MAX).contains(number)).ok_or_else(invalid)
}

/// Reads how many credits are asked for or given.
pub(crate) fn parse_credits(number: i64) -> Result<Amount, Invalid> {
    // What is less than nothing is out of range as well.
    Amount::new(u64::try_from(number).unwrap_or_default())
}

/// Reads what every member may do in a workspace.
pub(crate) fn parse_default_access(text: &str) -> Result<DefaultWorkspaceAccess, Invalid> {
    match text {
        "none" => Ok(DefaultWorkspaceAccess::None),
        "read" => Ok(DefaultWorkspaceAccess::Read),
        "write" => Ok(DefaultWorkspaceAccess::Write),
        _ => Err(Invalid::new("unknown_access", "must be none, read or write")),
    }
}

/// Reads a point in time, to the microsecond.
pub(crate) fn parse_timestamp(text: &str) -> Result<Timestamp, Invalid> {
    let invalid = || Invalid::new("invalid_timestamp", "must be a time as in RFC 3339, such as 2026-01-31T12:00:00Z");
    let at = Timestamp::parse(text, &Rfc3339).map_err(|_| invalid())?;
    let at = at.checked_to_offset(time::UtcOffset::UTC).ok_or_else(invalid)?;
    at.replace_nanosecond(at.nanosecond() / 1_000 * 1_000).map_err(|_| invalid())
}

/// Everything that a validation found, in the order of the places. `root` is
/// `/` for a body, and empty for a query, whose parameters have names.
pub(crate) fn faults(errors: &ValidationErrors, root: &str) -> Vec<FieldError> {
    let mut faults = Vec::new();
    collect(errors, root, &mut faults);
    faults.sort_by(|a, b| a.pointer.cmp(&b.pointer));
    faults
}

/// Where `validator` keeps what is wrong with a whole object.
const WHOLE: &str = "__all__";

fn collect(errors: &ValidationErrors, prefix: &str, faults: &mut Vec<FieldError>) {
    for (field, kind) in errors.errors() {
        let whole = prefix.trim_end_matches('/');
        let place = if field == WHOLE { whole.to_owned() } else { format!("{prefix}{field}") };
        match kind {
            ValidationErrorsKind::Field(refusals) => {
                faults.extend(refusals.iter().map(|refusal| fault(&place, refusal)));
            }
            ValidationErrorsKind::Struct(nested) => collect(nested, &format!("{place}/"), faults),
            ValidationErrorsKind::List(items) => {
                for (index, nested) in items {
                    collect(nested, &format!("{place}/{index}/"), faults);
                }
            }
        }
    }
}

fn fault(place: &str, refusal: &ValidationError) -> FieldError {
    let pointer = match refusal.params.get(INDEX) {
        Some(index) => format!("{place}/{index}"),
        None => place.to_owned(),
    };
    let code = match refusal.code {
        Cow::Borrowed(code) => code,
        Cow::Owned(_) => "invalid_value",
    };
    let detail = refusal.message.clone().unwrap_or(Cow::Borrowed("must be another value"));
    FieldError { pointer: pointer.into(), code, detail }
}
