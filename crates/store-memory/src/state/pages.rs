//! Lists of one organization's rows.

use guildhall_domain::OrganizationId;
use guildhall_domain::page::{Page, PageRequest};
use imbl::OrdMap;
use uuid::Uuid;

/// The rows of one organization, in the order of their ids.
pub(super) fn of_organization<I, T>(
    rows: &OrdMap<(OrganizationId, I), T>,
    id: OrganizationId,
) -> impl DoubleEndedIterator<Item = &T>
where
    I: Ord + Clone + From<Uuid>,
    T: Clone,
{
    rows.range((id, I::from(Uuid::nil()))..=(id, I::from(Uuid::max()))).map(|(_, row)| row)
}

/// The rows of one organization from behind a page's position on, newest first: identifiers rise with time.
pub(super) fn newest_first<'a, I, T>(
    rows: &'a OrdMap<(OrganizationId, I), T>,
    id: OrganizationId,
    page: &PageRequest<Uuid>,
) -> impl Iterator<Item = &'a T>
where
    I: Ord + Clone + From<Uuid>,
    T: Clone,
{
    let first = (id, I::from(Uuid::nil()));
    let found = match page.after {
        Some(after) => rows.range(first..(id, I::from(after))),
        None => rows.range(first..=(id, I::from(Uuid::max()))),
    };
    found.rev().map(|(_, row)| row)
}

/// One page of what was found.
pub(super) fn page<T, P>(
    found: impl Iterator<Item = T>,
    page: &PageRequest<P>,
    position: impl Fn(&T) -> P,
) -> Page<T, P> {
    Page::from_surplus(found.take(page.size.items() + 1).collect(), page.size, position)
}
