use crate::{Invalid, Limit};

/// How many credits are asked for or given: whole, from 1 to 2^53 - 1, the
/// largest number that every JSON reader keeps exactly (RFC 8259, 6).
///
/// ```
/// use guildhall_domain::credits::Amount;
/// assert_eq!(Amount::new(7)?.get(), 7);
/// assert_eq!(Amount::new(0).unwrap_err().code, "out_of_range");
/// assert_eq!(Amount::new(1 << 53).unwrap_err().code, "out_of_range");
/// # Ok::<(), guildhall_domain::Invalid>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Amount(u64);

impl Amount {
    /// The largest amount, and the largest balance.
    pub const MAX: u64 = Limit::MAX;

    /// Checks an amount.
    ///
    /// # Errors
    /// `out_of_range`.
    pub fn new(credits: u64) -> Result<Self, Invalid> {
        if (1..=Self::MAX).contains(&credits) {
            Ok(Self(credits))
        } else {
            Err(Invalid::new("out_of_range", "must be from 1 to 9007199254740991"))
        }
    }

    /// The number.
    pub fn get(self) -> u64 {
        self.0
    }
}
