use guildhall_domain::Invalid;
use guildhall_domain::page::{Page, PageRequest, PageSize, Position};

use crate::{AppError, Guildhall};

/// Which page of a list a client asks for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ListRequest {
    /// How many items.
    pub size: PageSize,
    /// The `next` of the page before.
    pub after: Option<String>,
}

/// A page as a client gets it: the position is sealed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CursorPage<T> {
    /// The items, in the list's order.
    pub items: Vec<T>,
    /// What to send as `after` for the next page; none on the last.
    pub next: Option<String>,
}

impl Guildhall {
    /// Opens the cursor of a request. `scope` names the list and everybody it
    /// belongs to, so that a cursor is good for nothing else (R-TEN-3).
    pub(crate) fn open_page<P: Position>(
        &self,
        scope: &str,
        request: &ListRequest,
    ) -> Result<PageRequest<P>, AppError> {
        let after = match &request.after {
            None => None,
            Some(cursor) => Some(
                self.ports.cursors.open(scope, cursor).and_then(|bytes| P::from_bytes(&bytes)).ok_or_else(|| {
                    AppError::invalid(
                        "after",
                        Invalid::new("invalid_cursor", "must be the `next` of a page of this list"),
                    )
                })?,
            ),
        };
        Ok(PageRequest { size: request.size, after })
    }

    pub(crate) fn seal_page<T, P: Position>(&self, scope: &str, page: Page<T, P>) -> CursorPage<T> {
        let next = page.next.map(|position| self.ports.cursors.seal(scope, &position.to_bytes()));
        CursorPage { items: page.items, next }
    }
}
