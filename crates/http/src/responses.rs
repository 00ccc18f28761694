//! The errors of operations, in groups, for their description.

use std::collections::BTreeMap;

use utoipa::IntoResponses;
use utoipa::openapi::{ContentBuilder, Ref, RefOr, Response, ResponseBuilder};

use crate::problem::PROBLEM_JSON;

fn problem(description: &str) -> RefOr<Response> {
    let content = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build();
    RefOr::T(ResponseBuilder::new().description(description).content(PROBLEM_JSON, content).build())
}

macro_rules! groups {
    ($($(#[$doc:meta])* $name:ident { $($status:literal => $description:literal),+ $(,)? })+) => {
        $(
            $(#[$doc])*
            pub(crate) struct $name;

            impl IntoResponses for $name {
                fn responses() -> BTreeMap<String, RefOr<Response>> {
                    [$(($status.to_owned(), problem($description))),+].into()
                }
            }
        )+
    };
}

groups! {
    /// Of every operation that reaches storage.
    Fallible {
        "500" => "A fault of the server; its log has more under the request's id.",
        "503" => "Storage does not answer, or too much is under way; see `Retry-After`.",
    }
    /// Of operations that need a credential.
    Authenticating {
        "401" => "No credential, or one that is not or no longer good.",
    }
    /// Of operations inside one organization.
    Scoped {
        "403" => "The caller's role does not allow it, or the organization is suspended or locked down.",
        "404" => "Unknown, or not the caller's to see.",
    }
    /// Of operations of the platform's operators.
    Platform {
        "403" => "The caller is no superadmin.",
    }
    /// Of operations that name something by its id.
    Naming {
        "404" => "Unknown, or not the caller's to see.",
    }
    /// Of operations with a body.
    Reading {
        "400" => "The body is not JSON, or a header is malformed.",
        "413" => "The body is too large.",
        "415" => "The body is not `application/json`.",
        "422" => "Fields are missing, unknown or not acceptable: `errors` says which.",
    }
    /// Of operations with query parameters.
    Filtering {
        "422" => "Parameters are unknown or not acceptable: `errors` says which.",
    }
    /// Of operations that heed `If-Match`.
    Conditional {
        "400" => "The body is not JSON, or a header is malformed.",
        "412" => "The resource has changed since it was read.",
    }
    /// Of operations that rules of the present state can forbid.
    Conflicting {
        "409" => "The present state does not allow it; `code` says why.",
    }
    /// Of operations that try a password.
    Throttled {
        "429" => "Too many attempts; see `Retry-After`.",
    }
}
