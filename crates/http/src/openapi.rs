use guildhall_domain::blueprint::Blueprint;
use utoipa::openapi::path::Paths;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{Components, OpenApi as Document, RefOr, Schema};
use utoipa::{Modify, OpenApi};
use utoipa_actix_web::{OpenApiFactory, scope};

use crate::address::{UNVERSIONED, VERSIONED};
use crate::api::api;
use crate::credit_scope::CreditScopeBody;
use crate::health;
use crate::organization::list_organizations_bare;
use crate::problem::{ProblemDocument, ProblemField};
use crate::repeatable_operations::describe_repeatable;
use crate::workspace::{describe_kinds, list_workspaces_bare};

/// What no handler says.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Guildhall",
        description = "Organizations, members and roles for any product.\n\nEvery route under `/api/v1` answers under \
            `/api` too, and `GET /api/v1/auth/me` also at `/auth/me`. Errors are `application/problem+json` (RFC 9457) \
            with a stable `code`. Every answer carries `X-Request-Id`. What answers to GET answers to HEAD.\n\nA POST that carries an `Idempotency-Key` can be \
            sent again for 24 hours without being carried out twice: it gets the first answer, with \
            `Idempotent-Replayed: true`. Operations that ignore the key say so.",
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0")
    ),
    servers((url = "/", description = "This server.")),
    components(schemas(ProblemDocument, ProblemField, CreditScopeBody)),
    security(("bearer" = []), ("api_key" = [])),
    modifiers(&Credentials),
    tags(
        (name = "Accounts", description = "Registering, logging in, sessions, the caller's own profile."),
        (name = "Organizations", description = "Tenants: everything but accounts belongs to one."),
        (name = "Members", description = "Who belongs to an organization, and what they may do there."),
        (name = "Roles", description = "Custom roles: named sets of permissions."),
        (name = "Invitations", description = "People who are asked to come into an organization."),
        (name = "Domains", description = "Internet domains of an organization, and people who ask to join by them."),
        (name = "Workspaces", description = "Parts of an organization that some of its members share: workspaces, boards, projects."),
        (name = "Plans", description = "What organizations may do and have, and how much of it they use."),
        (name = "Credits", description = "The pool of credits that an organization shares, with quotas for its members."),
        (name = "Audit", description = "What happened in an organization, hash-chained."),
        (name = "Platform", description = "The whole installation, for superadmins."),
        (name = "Operations", description = "Health of the process."),
    )
)]
struct Frame;

struct Credentials;

impl Modify for Credentials {
    fn modify(&self, document: &mut Document) {
        let components = document.components.get_or_insert_default();
        let bearer = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .description(Some("The token that registering and logging in give."))
            .build();
        components.add_security_scheme("bearer", SecurityScheme::Http(bearer));
        let key = ApiKeyValue::with_description("X-API-Key", "The same token, for clients that cannot send the other.");
        components.add_security_scheme("api_key", SecurityScheme::ApiKey(ApiKey::Header(key)));
    }
}

/// The description of the API, made from the handlers.
///
/// Two things that are served are left out on purpose: `/auth/me` at the root,
/// which is an alias for old clients and would be an operation twice; and
/// `/metrics`, which is for the operator's scraper, not for clients, and there
/// only where metrics are kept. `known_routes` knows them nevertheless.
///
/// This is that of the default blueprint; see [`openapi_of`].
pub fn openapi() -> Document {
    openapi_of(&Blueprint::default())
}

/// The same for a deployment with its own kinds of workspaces, which have addresses of their own.
pub fn openapi_of(blueprint: &Blueprint) -> Document {
    let mut document = Frame::openapi();
    add(&mut document, &scope(VERSIONED).configure(api));
    add(&mut document, &scope(UNVERSIONED).service(list_organizations_bare));
    add(&mut document, &scope(UNVERSIONED).service(list_workspaces_bare));
    add(&mut document, &health::liveness);
    add(&mut document, &health::health);
    add(&mut document, &health::readiness);
    describe_kinds(&mut document.paths, VERSIONED, &blueprint.workspace_kinds.0);
    describe_repeatable(&mut document.paths);
    document
}

fn add(document: &mut Document, part: &impl OpenApiFactory) {
    let paths: Paths = part.paths();
    document.paths.merge(paths);
    let mut schemas: Vec<(String, RefOr<Schema>)> = Vec::new();
    part.schemas(&mut schemas);
    document.components.get_or_insert_with(Components::new).schemas.extend(schemas);
}
