use time::Duration;

use crate::Invalid;

/// How people are invited.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(default, deny_unknown_fields))]
pub struct InvitationRules {
    /// The mode of an invitation that names none. Both modes always work.
    pub mode: InvitationMode,
    /// How long an invitation that names no expiry is good for.
    pub expires_after_days: InvitationExpiry,
    /// Whether the oldest invitation of a user without an organization is
    /// accepted without a click (C-120), once their e-mail is verified.
    pub auto_accept: bool,
}

/// What inviting means.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum InvitationMode {
    /// A link is sent to the address, which the person accepts (C-112).
    #[default]
    Link,
    /// The address must belong to an account, which becomes a member at once (M-06).
    Direct,
}

/// How long an invitation is good for, in days: 1 to 30, 7 where nothing is said (N-38).
///
/// ```
/// use guildhall_domain::blueprint::InvitationExpiry;
/// use time::Duration;
///
/// assert_eq!(InvitationExpiry::default().duration(), Duration::days(7));
/// assert_eq!(InvitationExpiry::days(31).unwrap_err().code, "out_of_range");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(try_from = "i64", into = "i64"))]
pub struct InvitationExpiry(u8);

impl InvitationExpiry {
    /// Checks a number of days.
    ///
    /// # Errors
    /// `out_of_range`.
    pub fn days(days: i64) -> Result<Self, Invalid> {
        match u8::try_from(days) {
            Ok(days @ 1..=30) => Ok(Self(days)),
            _ => Err(Invalid::new("out_of_range", "must be from 1 to 30")),
        }
    }

    /// The same as a length of time.
    pub fn duration(self) -> Duration {
        Duration::days(self.0.into())
    }
}

impl Default for InvitationExpiry {
    fn default() -> Self {
        Self(7)
    }
}

impl TryFrom<i64> for InvitationExpiry {
    type Error = Invalid;

    fn try_from(days: i64) -> Result<Self, Invalid> {
        Self::days(days)
    }
}

impl From<InvitationExpiry> for i64 {
    fn from(expiry: InvitationExpiry) -> Self {
        expiry.0.into()
    }
}
