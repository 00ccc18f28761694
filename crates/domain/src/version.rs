/// How often a row has been changed, from 1: what an entity tag is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(transparent))]
pub struct Version(pub i64);

impl Version {
    /// The version of a new row.
    pub const FIRST: Self = Self(1);

    /// The version after one more change.
    pub fn next(self) -> Self {
        Self(self.0 + 1)
    }
}
