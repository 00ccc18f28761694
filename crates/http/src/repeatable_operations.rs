//! What the description says of operations that can be sent again (R-IDEM).

use utoipa::openapi::header::{Header, HeaderBuilder};
use utoipa::openapi::path::{Operation, Parameter, ParameterBuilder, ParameterIn, Paths};
use utoipa::openapi::schema::Type;
use utoipa::openapi::{ObjectBuilder, RefOr, Required, Response};

use crate::responses::{problem, retry_after};

const NAME: &str = "Idempotency-Key";

/// What does not remember requests by the key, and why. The tests hold it against what is done.
const IGNORING: [(&str, &str); 7] = [
    ("register", "nobody has a session yet whose key it could be"),
    ("login", "nobody has a session yet whose key it could be"),
    ("set_up", "nobody has a session yet whose key it could be"),
    ("logout", "the session is over, and with it everything that could be asked in it"),
    ("check_permission", "nothing is changed"),
    ("check_permissions", "nothing is changed"),
    ("create_user", "the address is taken by the first; a second one is refused"),
];

const KEY: &str = "1 to 255 visible ASCII characters, such as a UUID, chosen anew for each new request: the same request \
    sent again within 24 hours gets the same answer, with `Idempotent-Replayed: true`, and is not carried out again; \
    another request is refused (`idempotency_key_reused`). Errors are not kept. Keys are the caller's own, for each \
    operation and organization.";
const CONFLICT: &str = "The same request is being carried out (`request_in_flight`), or was, and its answer is not known \
    any more (`answer_lost`).";
const REUSED: &str = "The key was used for another request (`idempotency_key_reused`).";
const REPLAYED: &str = "`true` where this was answered before, by the same `Idempotency-Key`.";

/// Describes the key of every POST that does not say itself that it needs one,
/// and what the key is answered.
pub(crate) fn describe_repeatable(paths: &mut Paths) {
    for operation in paths.paths.values_mut().filter_map(|item| item.post.as_mut()) {
        let parameters = operation.parameters.get_or_insert_default();
        if parameters.iter().any(|parameter| matches!(parameter, RefOr::T(known) if known.name == NAME)) {
            describe_replay(operation);
            describe_reuse(operation);
            continue;
        }
        let id = operation.operation_id.as_deref().unwrap_or_default();
        match IGNORING.iter().find(|(ignoring, _)| *ignoring == id) {
            Some((_, reason)) => parameters.push(key(&format!("Ignored: {reason}.")).into()),
            None => {
                parameters.push(key(KEY).into());
                describe_answers(operation);
            }
        }
    }
}

fn key(description: &str) -> Parameter {
    let text = ObjectBuilder::new().schema_type(Type::String).min_length(Some(1)).max_length(Some(255)).build();
    ParameterBuilder::new()
        .name(NAME)
        .parameter_in(ParameterIn::Header)
        .required(Required::False)
        .description(Some(description))
        .schema(Some(text))
        .build()
}

fn describe_answers(operation: &mut Operation) {
    describe_replay(operation);
    let conflict = operation.responses.responses.entry("409".to_owned()).or_insert_with(|| problem("409", CONFLICT));
    add_header(conflict, "Retry-After", retry_after());
    describe_reuse(operation);
}

fn describe_replay(operation: &mut Operation) {
    let answers = operation.responses.responses.iter_mut();
    for (_, answer) in answers.filter(|(status, _)| status.starts_with('2')) {
        add_header(answer, "Idempotent-Replayed", replayed());
    }
}

fn describe_reuse(operation: &mut Operation) {
    operation.responses.responses.entry("422".to_owned()).or_insert_with(|| problem("422", REUSED));
}

fn add_header(answer: &mut RefOr<Response>, name: &str, header: Header) {
    if let RefOr::T(answer) = answer {
        answer.headers.insert(name.to_owned(), header.into());
    }
}

fn replayed() -> Header {
    let flag = ObjectBuilder::new().schema_type(Type::Boolean).build();
    HeaderBuilder::new().schema(Some(flag)).description(Some(REPLAYED)).build()
}

#[cfg(test)]
mod tests {
    use super::NAME;
    use crate::idempotency::IDEMPOTENCY_KEY;
    use crate::kept_answer::IDEMPOTENT_REPLAYED;

    #[test]
    fn headers_are_described_by_their_names() {
        assert_eq!(IDEMPOTENCY_KEY, NAME);
        assert_eq!(IDEMPOTENT_REPLAYED, "Idempotent-Replayed");
    }
}
