//! Lists that are sent whole, a page in memory at a time.

use std::time::Duration;

use actix_web::http::header::{ACCEPT, CONTENT_DISPOSITION, CONTENT_TYPE};
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse};
use csv::{Terminator, WriterBuilder};
use futures_util::stream;
use guildhall_app::{AppError, CursorPage, ListRequest};
use guildhall_domain::Invalid;
use guildhall_domain::page::PageSize;
use serde::Serialize;
use tokio::time::timeout;
use validator::ValidationError;

use crate::problem::Problem;
use crate::validation::refused;

/// In which form a list is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    /// A page of it.
    Json,
    /// All of it, one JSON value a line.
    Ndjson,
    /// All of it, as a table (RFC 4180).
    Csv,
}

impl Format {
    const ALL: [Self; 3] = [Self::Json, Self::Ndjson, Self::Csv];

    /// What a parameter names; without one, the first media type that the
    /// client accepts of those that there are.
    pub(crate) fn wanted(parameter: Option<&str>, request: &HttpRequest) -> Self {
        let accept = request.headers().get(ACCEPT).and_then(|accept| accept.to_str().ok()).unwrap_or_default();
        let mut ranges = accept.split(',').map(|range| range.split(';').next().unwrap_or_default().trim());
        let named = |name: &str| Self::ALL.into_iter().find(|format| format.name() == name);
        let typed = |range: &str| Self::ALL.into_iter().find(|format| format.media_type().eq_ignore_ascii_case(range));
        match parameter {
            Some(name) => named(name).unwrap_or(Self::Json),
            None => ranges.find_map(typed).unwrap_or(Self::Json),
        }
    }

    /// As the parameter `format`, and the ending of a file's name.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Ndjson => "ndjson",
            Self::Csv => "csv",
        }
    }

    fn media_type(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::Ndjson => "application/x-ndjson",
            Self::Csv => "text/csv",
        }
    }

    fn content_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8; header=present",
            other => other.media_type(),
        }
    }
}

/// Accepts the name of a format.
pub(crate) fn known_format(name: &str) -> Result<(), ValidationError> {
    match name {
        "json" | "ndjson" | "csv" => Ok(()),
        _ => Err(refused(Invalid::new("unknown_format", "must be json, ndjson or csv"))),
    }
}

/// A list that is read page by page. Each page is authorized anew: who loses
/// the right meanwhile gets no more.
pub(crate) trait Pages: 'static {
    /// What is in it.
    type Item;

    /// Reads a page.
    async fn read(&mut self, request: &ListRequest) -> Result<CursorPage<Self::Item>, AppError>;

    /// A page as it is sent.
    fn write(&mut self, items: Vec<Self::Item>) -> Result<Bytes, AppError>;

    /// In which form.
    fn format(&self) -> Format;

    /// The name of the file, without its ending, once the first page is read.
    fn file_name(&self) -> String;

    /// For the log.
    fn request_id(&self) -> Option<&str>;
}

/// What comes next in an export.
enum Next<T> {
    /// A page that was read already.
    Read(CursorPage<T>),
    /// The page behind a position.
    After(String),
}

/// Answers with a whole list, from a position on; the first page decides
/// whether at all. Each page may take as long as `limit`: the time limit of
/// the request ends where the answer begins.
pub(crate) async fn export<P: Pages>(
    mut pages: P,
    after: Option<String>,
    limit: Duration,
) -> Result<HttpResponse, Problem> {
    let first = read(&mut pages, after, limit).await?;
    let disposition = format!("attachment; filename=\"{}.{}\"", pages.file_name(), pages.format().name());
    let content_type = pages.format().content_type();
    let body = stream::try_unfold((pages, Some(Next::Read(first))), move |(mut pages, next)| async move {
        let Some(next) = next else { return Ok::<_, Problem>(None) };
        let page = match next {
            Next::Read(page) => page,
            Next::After(cursor) => read(&mut pages, Some(cursor), limit).await.inspect_err(|error| {
                tracing::error!(request_id = pages.request_id(), %error, "an export was cut off");
            })?,
        };
        let written = pages.write(page.items)?;
        Ok(Some((written, (pages, page.next.map(Next::After)))))
    });
    let mut answer = HttpResponse::Ok();
    answer.insert_header((CONTENT_TYPE, content_type)).insert_header((CONTENT_DISPOSITION, disposition));
    Ok(answer.streaming(body))
}

async fn read<P: Pages>(pages: &mut P, after: Option<String>, limit: Duration) -> Result<CursorPage<P::Item>, Problem> {
    let request = ListRequest { size: PageSize::MAX, after };
    Ok(timeout(limit, pages.read(&request)).await.map_err(|_| Problem::timeout(limit))??)
}

/// One JSON value a line.
pub(crate) fn lines(items: impl IntoIterator<Item = impl Serialize>) -> Result<Bytes, AppError> {
    let mut lines = Vec::new();
    for item in items {
        serde_json::to_writer(&mut lines, &item).map_err(|error| AppError::Internal(error.to_string()))?;
        lines.push(b'\n');
    }
    Ok(Bytes::from(lines))
}

/// A table on its way out, its headings before the first page.
pub(crate) struct Table<const COLUMNS: usize> {
    headings: Option<[&'static str; COLUMNS]>,
}

impl<const COLUMNS: usize> Table<COLUMNS> {
    pub(crate) fn new(headings: [&'static str; COLUMNS]) -> Self {
        Self { headings: Some(headings) }
    }

    pub(crate) fn rows(&mut self, rows: impl Iterator<Item = [String; COLUMNS]>) -> Result<Bytes, AppError> {
        let failed = |error: &dyn std::fmt::Display| AppError::Internal(error.to_string());
        let mut writer = WriterBuilder::new().terminator(Terminator::CRLF).from_writer(Vec::new());
        if let Some(headings) = self.headings.take() {
            writer.write_record(headings).map_err(|error| failed(&error))?;
        }
        for row in rows {
            writer.write_record(row.map(harmless)).map_err(|error| failed(&error))?;
        }
        writer.into_inner().map(Bytes::from).map_err(|error| failed(&error))
    }
}

/// A cell that spreadsheets show and do not calculate (ASVS 1.2.10): many of
/// these texts are what anybody wrote.
fn harmless(cell: String) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '\0']) { format!("'{cell}") } else { cell }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn the_first_accepted_form_is_taken() {
        let wanted = |parameter, accept: &str| {
            Format::wanted(parameter, &TestRequest::default().insert_header((ACCEPT, accept)).to_http_request())
        };
        for (accept, format) in [
            ("", Format::Json),
            ("*/*", Format::Json),
            ("text/html, text/csv;q=0.9", Format::Csv),
            ("Text/CSV", Format::Csv),
            ("application/x-ndjson, text/csv", Format::Ndjson),
            ("application/json, text/csv", Format::Json),
            ("text/csvx", Format::Json),
        ] {
            assert_eq!(wanted(None, accept), format, "{accept}");
            assert_eq!(wanted(Some("csv"), accept), Format::Csv);
            assert_eq!(wanted(Some("json"), accept), Format::Json);
        }
    }

    // ASVS 1.2.10, RFC 4180.
    #[test]
    fn cells_are_quoted_and_never_formulas() {
        let mut table = Table::new(["id", "name"]);
        let row = |name: &str| ["1".to_owned(), name.to_owned()];
        let first = table.rows([row("Ada, Countess"), row("a \"b\"\nc")].into_iter()).unwrap();
        assert_eq!(first, "id,name\r\n1,\"Ada, Countess\"\r\n1,\"a \"\"b\"\"\nc\"\r\n");
        for begin in ["=", "+", "-", "@", "\t", "\0"] {
            let name = format!("{begin}cmd|' /C calc'!A0");
            assert_eq!(table.rows([row(&name)].into_iter()).unwrap(), format!("1,'{name}\r\n"));
        }
        assert_eq!(table.rows([row("\r=1")].into_iter()).unwrap(), "1,\"'\r=1\"\r\n");
        assert_eq!(table.rows([row("a=1")].into_iter()).unwrap(), "1,a=1\r\n");
        assert_eq!(Table::new(["id", "name"]).rows([].into_iter()).unwrap(), "id,name\r\n");
    }
}
