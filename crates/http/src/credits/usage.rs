use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse, get};
use guildhall_app::credits::{CreditUsageQuery, MemberUsage};
use guildhall_app::{AppError, Caller, CursorPage, Guildhall, ListRequest, OrganizationRef};
use guildhall_domain::WorkspaceId;
use guildhall_domain::credits::PeriodKey;
use serde::Deserialize;
use utoipa::IntoParams;
use validator::Validate;

use super::usage_schema::{CreditUsageBody, MemberUsageBody};
use crate::answer;
use crate::credential::Authenticated;
use crate::export::{Format, Pages, Table, export, known_format, lines};
use crate::page::list_request;
use crate::path::{OrganizationParam, OrganizationPath};
use crate::problem::Problem;
use crate::query::Query;
use crate::responses::{Authenticating, Fallible, Filtering, Scoped};
use crate::state::HttpState;
use crate::validation::{self, parse_id};

/// Which spending is asked for, and in which form.
#[derive(Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct UsageQuery {
    /// A day with its month (`2026-01-31`), or a month (`2026-01`); the present ones where nothing is said.
    #[validate(custom(function = "validation::text::<PeriodKey>"))]
    #[param(pattern = "^[0-9]{4}-[0-9]{2}(-[0-9]{2})?$")]
    period: Option<String>,
    /// Only what was spent for this workspace.
    #[validate(custom(function = "validation::id"))]
    #[param(value_type = Option<Uuid>)]
    workspace_id: Option<String>,
    /// `json`; `csv` or `ndjson` for all members at once.
    #[validate(custom(function = "known_format"))]
    #[param(pattern = "^(json|ndjson|csv)$")]
    format: Option<String>,
    /// How many members, 50 where nothing is said.
    #[validate(custom(function = "validation::limit"))]
    #[param(value_type = Option<u8>, minimum = 1, maximum = 100, default = 50)]
    limit: Option<String>,
    /// The `next` of the page before.
    after: Option<String>,
}

/// What has every member spent, in the order of their e-mails?
///
/// With `Accept: text/csv` or `application/x-ndjson`, or with `format`, all members are sent at once, a row or line each.
#[utoipa::path(
    tag = "Credits",
    params(OrganizationParam, UsageQuery),
    responses(
        (status = 200, description = "A page of members, or all of them.", content(
            (CreditUsageBody = "application/json"),
            (String = "application/x-ndjson"),
            (String = "text/csv")
        )),
        Filtering, Authenticating, Scoped, Fallible
    )
)]
#[get("/organizations/{org}/credit-usage")]
pub(super) async fn list_credit_usage(
    state: Data<HttpState>,
    request: HttpRequest,
    caller: Authenticated,
    organization: OrganizationPath,
    query: Query<UsageQuery>,
) -> Result<HttpResponse, Problem> {
    let Query(query) = query;
    let format = Format::wanted(query.format.as_deref(), &request);
    let wanted = CreditUsageQuery {
        period: query.period.as_deref().map(PeriodKey::parse).transpose()?,
        workspace_id: query.workspace_id.as_deref().map(parse_id).transpose()?.map(WorkspaceId::from),
    };
    let page = list_request(query.limit.as_deref(), query.after)?;
    if format == Format::Json {
        let usage = state.guildhall().list_credit_usage(&caller, organization.0, &wanted, &page).await?;
        return Ok(answer::ok(CreditUsageBody::from(usage)));
    }
    let (guildhall, caller) = (state.guildhall().clone(), caller.into_inner());
    let table = Table::new(MemberUsageBody::HEADINGS);
    let pages = UsagePages { guildhall, caller, organization: organization.0, wanted, format, table, read: None };
    export(pages, page.after, state.settings().request_timeout).await
}

/// The members' spending on its way out.
struct UsagePages {
    guildhall: Guildhall,
    caller: Caller,
    organization: OrganizationRef,
    wanted: CreditUsageQuery,
    format: Format,
    table: Table<11>,
    /// The day and month of the first page, which hold for all: a new day may begin meanwhile.
    read: Option<(Option<PeriodKey>, PeriodKey)>,
}

impl Pages for UsagePages {
    type Item = MemberUsage;

    async fn read(&mut self, request: &ListRequest) -> Result<CursorPage<MemberUsage>, AppError> {
        let page = self.guildhall.list_credit_usage(&self.caller, self.organization, &self.wanted, request).await?;
        self.wanted.period = Some(page.day.as_ref().unwrap_or(&page.month).clone());
        self.read = Some((page.day, page.month));
        Ok(page.members)
    }

    fn write(&mut self, items: Vec<MemberUsage>) -> Result<Bytes, AppError> {
        let Some((day, month)) = &self.read else { return Ok(Bytes::new()) };
        let members = items.into_iter().map(|member| MemberUsageBody::of(member, day.is_some()));
        match self.format {
            Format::Csv => self.table.rows(members.map(|member| member.row(day.as_ref(), month))),
            _ => lines(members),
        }
    }

    fn format(&self) -> Format {
        self.format
    }

    fn file_name(&self) -> String {
        let period = self.wanted.period.as_ref().map(PeriodKey::as_str).unwrap_or_default();
        format!("credit-usage-{period}")
    }

    fn request_id(&self) -> Option<&str> {
        self.caller.request.request_id.as_deref()
    }
}
