use actix_web::http::StatusCode;
use actix_web::http::header::HeaderMap;
use actix_web::web::Bytes;
use serde_json::Value;

use super::PASSWORD;

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
    /// What `Content-Length` will say, if anything.
    pub announced: Option<String>,
    /// What was asked.
    pub question: String,
}

impl Answer {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("no JSON: {self:?}"))
    }

    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    /// The JSON of a successful answer.
    #[track_caller]
    pub fn expect(&self, status: u16) -> Value {
        assert_eq!(self.status.as_u16(), status, "{}: {}", self.question, self.text());
        if self.body.is_empty() { Value::Null } else { self.json() }
    }

    /// The problem, which has this status and code.
    #[track_caller]
    pub fn problem(&self, status: u16, code: &str) -> Value {
        assert_eq!(self.status.as_u16(), status, "{}: {}", self.question, self.text());
        let problem = self.json();
        assert_eq!(problem["code"], code, "{problem}");
        problem
    }

    /// The places and codes of the wrong fields.
    pub fn faults(&self) -> Vec<(String, String)> {
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let problem = self.json();
        let errors = problem["errors"].as_array().cloned().unwrap_or_default();
        errors.iter().map(|error| (text(&error["pointer"]), text(&error["code"]))).collect()
    }

    /// What holds for every answer (R-API).
    #[track_caller]
    pub fn check(&self) {
        let question = self.question.as_str();
        let id = self.header("x-request-id").unwrap_or_else(|| panic!("{question}: no request id"));
        assert!((1..=128).contains(&id.len()), "{question}");
        assert_eq!(self.header("x-content-type-options"), Some("nosniff"), "{question}");
        assert_eq!(self.header("x-frame-options"), Some("DENY"), "{question}");
        assert_eq!(self.header("referrer-policy"), Some("strict-origin-when-cross-origin"), "{question}");
        assert!(self.header("cache-control").is_some(), "{question}");
        assert!(!String::from_utf8_lossy(&self.body).contains(PASSWORD), "{question}: a password in the answer");
        if self.status.as_u16() >= 400 {
            self.check_problem(id);
        }
    }

    #[track_caller]
    fn check_problem(&self, id: &str) {
        let question = self.question.as_str();
        assert_eq!(self.header("content-type"), Some("application/problem+json"), "{question}: {self:?}");
        self.check_problem_headers();
        if self.question.starts_with("HEAD ") {
            assert!(self.body.is_empty(), "{question}: a body");
            return;
        }
        let problem = self.json();
        let code = problem["code"].as_str().unwrap_or_else(|| panic!("{question}: {problem}"));
        assert!(code.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'), "{question}: {code}");
        assert_eq!(problem["type"], format!("/problems/{code}"), "{question}");
        assert_eq!(problem["status"], self.status.as_u16(), "{question}");
        assert_eq!(problem["request_id"], id, "{question}");
        for text in ["title", "detail"] {
            assert!(problem[text].as_str().is_some_and(|text| !text.is_empty()), "{question}: {problem}");
        }
        for error in problem["errors"].as_array().into_iter().flatten() {
            for text in ["pointer", "code", "detail"] {
                assert!(error[text].is_string(), "{question}: {problem}");
            }
        }
    }

    #[track_caller]
    fn check_problem_headers(&self) {
        let question = self.question.as_str();
        let needs = |status: u16, header: &str| {
            assert!(self.status.as_u16() != status || self.header(header).is_some(), "{question}: no {header}");
        };
        needs(401, "www-authenticate");
        needs(405, "allow");
        needs(429, "retry-after");
        needs(503, "retry-after");
    }
}
