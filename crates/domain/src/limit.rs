use crate::Invalid;
use crate::text_value::{key, text_value};

/// How much of something an organization may have (M-14). On the wire 0 is
/// unlimited (M-17); here nothing compares with 0.
///
/// ```
/// use guildhall_domain::Limit;
/// assert!(Limit::from_wire(0)?.allows(1_000_000));
/// assert!(Limit::from_wire(10)?.allows(10));
/// assert!(!Limit::from_wire(10)?.allows(11));
/// # Ok::<(), guildhall_domain::Invalid>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Limit {
    /// As much as there is.
    #[default]
    Unlimited,
    /// So much at most; never 0.
    AtMost(u64),
}

impl Limit {
    /// The largest number that every JSON reader keeps exactly (RFC 8259, 6).
    pub const MAX: u64 = (1 << 53) - 1;

    /// Reads a limit as it is on the wire and in files.
    ///
    /// # Errors
    /// `out_of_range`.
    pub fn from_wire(number: u64) -> Result<Self, Invalid> {
        match number {
            0 => Ok(Self::Unlimited),
            number if number <= Self::MAX => Ok(Self::AtMost(number)),
            _ => Err(Invalid::new("out_of_range", "must be from 0, which is unlimited, to 9007199254740991")),
        }
    }

    /// The number on the wire and in files.
    pub fn to_wire(self) -> u64 {
        match self {
            Self::Unlimited => 0,
            Self::AtMost(number) => number,
        }
    }

    /// Whether there may be as much as there is.
    pub fn is_unlimited(self) -> bool {
        self == Self::Unlimited
    }

    /// Whether there may be `amount` in all.
    pub fn allows(self, amount: u64) -> bool {
        match self {
            Self::Unlimited => true,
            Self::AtMost(most) => amount <= most,
        }
    }
}

#[cfg(feature = "serde")]
impl serde::Serialize for Limit {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u64(self.to_wire())
    }
}

#[cfg(feature = "serde")]
impl<'de> serde::Deserialize<'de> for Limit {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::from_wire(u64::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

/// What is limited: `members`, `workspaces`, the plural of a workspace kind, or
/// a resource quota such as `storage` (N-18).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LimitName(String);

impl LimitName {
    /// Members of the organization (M-16).
    pub const MEMBERS: &'static str = "members";
    /// Workspaces of all kinds, but for personal ones (M-15).
    pub const WORKSPACES: &'static str = "workspaces";

    /// Checks a name: 1 to 63 lower-case letters, digits or `_`, from a letter on.
    ///
    /// # Errors
    /// `invalid_name`.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        key(text).map(Self)
    }

    /// `members`.
    pub fn members() -> Self {
        Self(Self::MEMBERS.to_owned())
    }

    /// `workspaces`.
    pub fn workspaces() -> Self {
        Self(Self::WORKSPACES.to_owned())
    }
}

text_value!(LimitName);
