use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse, get};
use guildhall_app::{AppError, Caller, CreditTransactionFilter, CursorPage, Guildhall, ListRequest, OrganizationRef};
use guildhall_domain::credits::{CreditTransaction, MovementKind};
use guildhall_domain::{UserId, WorkspaceId};
use serde::Deserialize;
use utoipa::IntoParams;
use validator::{Validate, ValidationError};

use super::transaction_schema::CreditTransactionBody;
use crate::answer;
use crate::credential::Authenticated;
use crate::export::{Format, Pages, Table, export, known_format, lines};
use crate::page::{PageBody, list_request};
use crate::path::{OrganizationParam, OrganizationPath};
use crate::problem::Problem;
use crate::query::Query;
use crate::responses::{Authenticating, Fallible, Filtering, Scoped};
use crate::state::HttpState;
use crate::validation::{self, parse_id, refused};

/// Which transactions are asked for, and in which form.
#[derive(Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct TransactionsQuery {
    /// Only what counts in this account's quota.
    #[validate(custom(function = "validation::id"))]
    #[param(value_type = Option<Uuid>)]
    user_id: Option<String>,
    /// Only what was spent for this workspace.
    #[validate(custom(function = "validation::id"))]
    #[param(value_type = Option<Uuid>)]
    workspace_id: Option<String>,
    /// Only those of this kind.
    #[validate(custom(function = "known_kind"))]
    #[param(pattern = "^(grant|consume|reserve|commit|release|lapse|refund|expire|revoke)$")]
    kind: Option<String>,
    /// `json`; `csv` or `ndjson` for everything at once.
    #[validate(custom(function = "known_format"))]
    #[param(pattern = "^(json|ndjson|csv)$")]
    format: Option<String>,
    /// How many transactions, 50 where nothing is said.
    #[validate(custom(function = "validation::limit"))]
    #[param(value_type = Option<u8>, minimum = 1, maximum = 100, default = 50)]
    limit: Option<String>,
    /// The `next` of the page before.
    after: Option<String>,
}

fn known_kind(text: &str) -> Result<(), ValidationError> {
    MovementKind::parse(text).map(drop).map_err(refused)
}

/// Read the ledger, newest first.
///
/// Everybody reads what counts in their own quota (`user_id`); the rest needs `credits.read`. With `Accept: text/csv` or
/// `application/x-ndjson`, or with `format`, everything that the filters let through is sent at once.
#[utoipa::path(
    tag = "Credits",
    params(OrganizationParam, TransactionsQuery),
    responses(
        (status = 200, description = "A page of transactions, or all of them.", content(
            (PageBody<CreditTransactionBody> = "application/json"),
            (String = "application/x-ndjson"),
            (String = "text/csv")
        )),
        Filtering, Authenticating, Scoped, Fallible
    )
)]
#[get("/organizations/{org}/credits/transactions")]
pub(super) async fn list_credit_transactions(
    state: Data<HttpState>,
    request: HttpRequest,
    caller: Authenticated,
    organization: OrganizationPath,
    query: Query<TransactionsQuery>,
) -> Result<HttpResponse, Problem> {
    let Query(query) = query;
    let filter = CreditTransactionFilter {
        user_id: query.user_id.as_deref().map(parse_id).transpose()?.map(UserId::from),
        workspace_id: query.workspace_id.as_deref().map(parse_id).transpose()?.map(WorkspaceId::from),
        kind: query.kind.as_deref().map(MovementKind::parse).transpose()?,
    };
    let mut pages = TransactionPages {
        filter,
        format: Format::wanted(query.format.as_deref(), &request),
        guildhall: state.guildhall().clone(),
        caller: caller.into_inner(),
        organization: organization.0,
        table: Table::new(CreditTransactionBody::HEADINGS),
    };
    let page = list_request(query.limit.as_deref(), query.after)?;
    if pages.format == Format::Json {
        return Ok(answer::ok(PageBody::of(pages.read(&page).await?, CreditTransactionBody::from)));
    }
    export(pages, page.after, state.settings().request_timeout).await
}

/// The ledger on its way out.
struct TransactionPages {
    guildhall: Guildhall,
    caller: Caller,
    organization: OrganizationRef,
    filter: CreditTransactionFilter,
    format: Format,
    table: Table<14>,
}

impl Pages for TransactionPages {
    type Item = CreditTransaction;

    async fn read(&mut self, request: &ListRequest) -> Result<CursorPage<CreditTransaction>, AppError> {
        self.guildhall.list_credit_transactions(&self.caller, self.organization, &self.filter, request).await
    }

    fn write(&mut self, items: Vec<CreditTransaction>) -> Result<Bytes, AppError> {
        let transactions = items.into_iter().map(CreditTransactionBody::from);
        match self.format {
            Format::Csv => self.table.rows(transactions.map(CreditTransactionBody::row)),
            _ => lines(transactions),
        }
    }

    fn format(&self) -> Format {
        self.format
    }

    fn file_name(&self) -> String {
        "credit-transactions".to_owned()
    }

    fn request_id(&self) -> Option<&str> {
        self.caller.request.request_id.as_deref()
    }
}
