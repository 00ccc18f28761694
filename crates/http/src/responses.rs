//! The errors of operations, in groups, for their description.

use std::collections::BTreeMap;

use utoipa::IntoResponses;
use utoipa::openapi::header::HeaderBuilder;
use utoipa::openapi::schema::Type;
use utoipa::openapi::{ContentBuilder, Header, ObjectBuilder, Ref, RefOr, Response, ResponseBuilder};

use crate::problem::PROBLEM_JSON;

pub(crate) fn problem(status: &str, description: &str) -> RefOr<Response> {
    let content = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build();
    let response = ResponseBuilder::new().description(description).content(PROBLEM_JSON, content);
    let response = match status {
        "429" | "503" => response.header("Retry-After", retry_after()),
        _ => response,
    };
    RefOr::T(response.build())
}

pub(crate) fn retry_after() -> Header {
    let seconds = ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(1)).build();
    HeaderBuilder::new().schema(Some(seconds)).description(Some("After how many seconds to try again.")).build()
}

/// What 400 means, whichever of the groups says it.
const UNREADABLE: &str =
    "The body is not JSON, or a header is malformed, or the request carries several different credentials.";

macro_rules! groups {
    ($($(#[$doc:meta])* $name:ident { $($status:literal => $description:expr),+ $(,)? })+) => {
        $(
            $(#[$doc])*
            pub(crate) struct $name;

            impl IntoResponses for $name {
                fn responses() -> BTreeMap<String, RefOr<Response>> {
                    [$(($status.to_owned(), problem($status, $description))),+].into()
                }
            }
        )+
    };
}

groups! {
    /// Of every operation that reaches storage.
    Fallible {
        "500" => "A fault of the server; its log has more under the request's id.",
        "503" => "Storage does not answer, too much is under way, or it took too long; see `Retry-After`.",
    }
    /// Of operations that need a credential.
    Authenticating {
        "400" => UNREADABLE,
        "401" => "No credential, or one that is not or no longer good.",
    }
    /// Of operations inside one organization.
    Scoped {
        "403" => "The caller's role does not allow it, or the organization is suspended or locked down.",
        "404" => "Unknown, or not the caller's to see.",
    }
    /// Of operations of the platform's operators.
    Platform {
        "403" => "The caller is no superadmin, or the rules of this deployment do not allow it; `code` says which.",
    }
    /// Of operations that the rules of a deployment can forbid.
    Ruled {
        "403" => "The rules of this deployment do not allow it; `code` says which.",
    }
    /// Of operations by which the invited answer.
    Answering {
        "403" => "The invitation is for another address, the caller's address is not verified, or the organization is \
            suspended or locked down.",
    }
    /// Of operations with a token in the body, which are refused alike whatever is wrong with it.
    Redeeming {
        "404" => "The token is unknown, malformed, used, taken back, or its time is over.",
    }
    /// Of the operation that shows whose an address is.
    Verifying {
        "404" => "The link is unknown, malformed, another account's, used, replaced, or its time is over.",
    }
    /// Of operations that ask the domain name system.
    Resolving {
        "503" => "The domain name system does not answer, or one of the server's own parts; see `Retry-After`.",
    }
    /// Of operations that name something by its id.
    Naming {
        "404" => "Unknown, or not the caller's to see.",
    }
    /// Of operations with a body.
    Reading {
        "400" => UNREADABLE,
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
        "400" => UNREADABLE,
        "412" => "The resource has changed since it was read.",
    }
    /// Of operations that rules of the present state can forbid.
    Conflicting {
        "409" => "The present state does not allow it; `code` says why.",
    }
    /// Of operations that spend credits.
    Covered {
        "402" => "The pool has too few credits (`insufficient_credits`): `scopes` names everything that does not allow it.",
        "429" => "A quota of the member, or the budget of the workspace, does not allow it (`quota_exceeded`); see `scopes` and `Retry-After`.",
    }
    /// Of operations that try a password or a token, or send mail.
    Throttled {
        "429" => "Too many attempts; see `Retry-After`.",
    }
}
