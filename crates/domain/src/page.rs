//! Keyset pages: stable under inserts, as fast on the last page as on the first.

use uuid::Uuid;

use crate::Invalid;

/// How many items a page has: 1 to 100, 50 where nothing is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageSize(u16);

impl PageSize {
    /// The largest page.
    pub const MAX: Self = Self(100);

    /// Checks a size.
    ///
    /// # Errors
    /// `out_of_range`.
    pub fn new(items: u64) -> Result<Self, Invalid> {
        match u16::try_from(items) {
            Ok(items) if (1..=Self::MAX.0).contains(&items) => Ok(Self(items)),
            _ => Err(Invalid::new("out_of_range", "must be from 1 to 100")),
        }
    }

    /// The number of items.
    pub fn items(self) -> usize {
        usize::from(self.0)
    }
}

impl Default for PageSize {
    fn default() -> Self {
        Self(50)
    }
}

/// Which page is asked for: so many items behind a position.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageRequest<P> {
    /// How many items.
    pub size: PageSize,
    /// The last position of the page before; none for the first page.
    pub after: Option<P>,
}

impl<P> PageRequest<P> {
    /// The first page of `size` items.
    pub fn first(size: PageSize) -> Self {
        Self { size, after: None }
    }
}

/// One page, and where the next one begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T, P> {
    /// The items, in the list's order.
    pub items: Vec<T>,
    /// The position to ask behind for the next page; none on the last.
    pub next: Option<P>,
}

impl<T, P> Page<T, P> {
    /// Makes a page from up to `size + 1` items read: the surplus one tells
    /// that there is more, and is dropped.
    pub fn from_surplus(mut items: Vec<T>, size: PageSize, position: impl Fn(&T) -> P) -> Self {
        let more = items.len() > size.items();
        items.truncate(size.items());
        let next = if more { items.last().map(position) } else { None };
        Self { items, next }
    }

    /// The same page with its items turned into something else.
    pub fn map<U>(self, each: impl FnMut(T) -> U) -> Page<U, P> {
        Page { items: self.items.into_iter().map(each).collect(), next: self.next }
    }
}

/// A position in a list that is sorted by a text and then by an id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyPosition {
    /// The sort key, in the form that the store compares.
    pub key: String,
    /// The tie-breaker.
    pub id: Uuid,
}

/// A position that can travel to a client and back as bytes (sealed on the way).
pub trait Position: Sized {
    /// The bytes that stand for it.
    fn to_bytes(&self) -> Vec<u8>;
    /// Reads the bytes back; none where they are not of this list.
    fn from_bytes(bytes: &[u8]) -> Option<Self>;
}

impl Position for KeyPosition {
    fn to_bytes(&self) -> Vec<u8> {
        [self.id.as_bytes().as_slice(), self.key.as_bytes()].concat()
    }

    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (id, key) = bytes.split_at_checked(16)?;
        Some(Self { key: String::from_utf8(key.to_vec()).ok()?, id: Uuid::from_slice(id).ok()? })
    }
}

impl Position for Uuid {
    fn to_bytes(&self) -> Vec<u8> {
        self.as_bytes().to_vec()
    }

    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        Uuid::from_slice(bytes).ok()
    }
}

impl Position for u64 {
    fn to_bytes(&self) -> Vec<u8> {
        self.to_be_bytes().to_vec()
    }

    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        Some(u64::from_be_bytes(bytes.try_into().ok()?))
    }
}
