use guildhall_app::{CursorPage, ListRequest};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use validator::Validate;

use crate::problem::Problem;
use crate::validation::{self, parse_limit};

/// Which page of a list.
#[derive(Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct PageQuery {
    /// How many items, 50 where nothing is said.
    #[validate(custom(function = "validation::limit"))]
    #[param(value_type = Option<u8>, minimum = 1, maximum = 100, default = 50)]
    pub(crate) limit: Option<String>,
    /// The `next` of the page before.
    pub(crate) after: Option<String>,
}

impl PageQuery {
    pub(crate) fn into_request(self) -> Result<ListRequest, Problem> {
        list_request(self.limit.as_deref(), self.after)
    }
}

/// The page that parameters ask for.
pub(crate) fn list_request(limit: Option<&str>, after: Option<String>) -> Result<ListRequest, Problem> {
    let size = limit.map(parse_limit).transpose()?.unwrap_or_default();
    Ok(ListRequest { size, after })
}

/// A page of a list.
#[derive(Serialize, ToSchema)]
#[schema(as = Page)]
pub(crate) struct PageBody<T> {
    /// The items, in the list's order.
    items: Vec<T>,
    /// What to send as `after` for the next page; `null` on the last.
    #[schema(required = true)]
    next: Option<String>,
}

impl<T> PageBody<T> {
    pub(crate) fn of<U>(page: CursorPage<U>, each: impl FnMut(U) -> T) -> Self {
        Self { items: page.items.into_iter().map(each).collect(), next: page.next }
    }
}
