//! The query: closed, and checked before a handler sees it.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, web};
use serde::de::DeserializeOwned;
use validator::Validate;

use crate::json_fault::{QUERY, fault};
use crate::problem::Problem;
use crate::validation::faults;

/// Parameters that are all known and acceptable. Their fields are texts, read
/// by the checks of `validation`, so that every wrong one is reported.
pub(crate) struct Query<T>(pub(crate) T);

impl<T: DeserializeOwned + Validate> FromRequest for Query<T> {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(read(request.query_string()).map(Self))
    }
}

fn read<T: DeserializeOwned + Validate>(query: &str) -> Result<T, Problem> {
    let parameters = match web::Query::<T>::from_query(query) {
        Ok(parameters) => parameters.into_inner(),
        Err(error) => {
            // The framework's error puts words of its own before serde's message.
            let text = error.to_string();
            let message = MESSAGES.iter().find_map(|start| text.find(start).and_then(|at| text.get(at..)));
            return Err(Problem::invalid(vec![fault(message.unwrap_or_default(), QUERY)]));
        }
    };
    parameters.validate().map_err(|errors| Problem::invalid(faults(&errors, "")))?;
    Ok(parameters)
}

/// How serde's messages begin.
const MESSAGES: [&str; 3] = ["unknown field", "duplicate field", "missing field"];
