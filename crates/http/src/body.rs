//! JSON bodies: closed, bounded, and checked before a handler sees them.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::fmt;
use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;
use std::str::FromStr;

use actix_web::http::StatusCode;
use actix_web::http::header::CONTENT_LENGTH;
use actix_web::web::{Bytes, Payload};
use actix_web::{FromRequest, HttpMessage, HttpRequest, dev};
use guildhall_app::Change;
use guildhall_app::SecretString;
use guildhall_domain::Invalid;
use serde::de::value::MapAccessDeserializer;
use serde::de::{DeserializeOwned, Error as _, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use validator::Validate;

use crate::json_fault;
use crate::problem::Problem;
use crate::request_context::note_route;
use crate::state::HttpState;
use crate::validation::faults;

/// A JSON object of the right form, every field of which is acceptable.
pub(crate) struct Body<T>(pub(crate) T);

impl<T: DeserializeOwned + Validate + 'static> FromRequest for Body<T> {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, payload: &mut dev::Payload) -> Self::Future {
        note_route(request);
        let request = request.clone();
        let payload = Payload::from_request(&request, payload);
        Box::pin(async move {
            check_media_type(&request)?;
            let bytes = bytes_of(&request, payload).await?;
            read(&bytes).map(Self)
        })
    }
}

/// The same for an operation that can do without: no body, or `null`, asks for nothing in particular.
pub(crate) struct OptionalBody<T>(pub(crate) T);

impl<T: DeserializeOwned + Validate + Default + 'static> FromRequest for OptionalBody<T> {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, payload: &mut dev::Payload) -> Self::Future {
        note_route(request);
        let request = request.clone();
        let payload = Payload::from_request(&request, payload);
        Box::pin(async move {
            let bytes = bytes_of(&request, payload).await?;
            if bytes.is_empty() {
                return Ok(Self(T::default()));
            }
            check_media_type(&request)?;
            match serde_json::from_slice::<Option<Object<T>>>(&bytes) {
                Ok(None) => Ok(Self(T::default())),
                Ok(Some(Object(body))) => validated(body).map(Self),
                Err(_) => Err(json_fault::explain::<Option<Object<T>>>(&bytes)),
            }
        })
    }
}

async fn bytes_of(
    request: &HttpRequest,
    payload: impl Future<Output = Result<Payload, actix_web::Error>>,
) -> Result<Bytes, Problem> {
    let limit = HttpState::of(request)?.settings().body_limit;
    check_announced_length(request, limit)?;
    let payload = payload.await.map_err(unreadable)?;
    payload.to_bytes_limited(limit).await.map_err(|_| too_large(limit))?.map_err(unreadable)
}

fn check_media_type(request: &HttpRequest) -> Result<(), Problem> {
    if !request.content_type().eq_ignore_ascii_case("application/json") {
        let detail = "the body must be sent as application/json";
        return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type", detail));
    }
    Ok(())
}

pub(crate) fn check_announced_length(request: &HttpRequest, limit: usize) -> Result<(), Problem> {
    let announced = request.headers().get(CONTENT_LENGTH).and_then(|length| length.to_str().ok());
    match announced.and_then(|length| length.parse::<u64>().ok()) {
        Some(length) if usize::try_from(length).unwrap_or(usize::MAX) > limit => Err(too_large(limit)),
        _ => Ok(()),
    }
}

pub(crate) fn too_large(limit: usize) -> Problem {
    let detail = format!("the body must have at most {limit} bytes");
    Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "body_too_large", detail)
}

pub(crate) fn unreadable(_: impl fmt::Display) -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, "unreadable_body", "the body could not be read to its end")
}

fn read<T: DeserializeOwned + Validate>(bytes: &Bytes) -> Result<T, Problem> {
    match serde_json::from_slice::<Object<T>>(bytes) {
        Ok(Object(body)) => validated(body),
        // Reading again with the path recorded costs time only where something is wrong.
        Err(_) => Err(json_fault::explain::<Object<T>>(bytes)),
    }
}

fn validated<T: Validate>(body: T) -> Result<T, Problem> {
    body.validate().map_err(|errors| Problem::invalid(faults(&errors, "/")))?;
    Ok(body)
}

/// A JSON object. Serde's own structs would take an array of their fields too.
pub(crate) struct Object<T>(pub(crate) T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ObjectVisitor<T>(PhantomData<T>);

        impl<'de, T: Deserialize<'de>> Visitor<'de> for ObjectVisitor<T> {
            type Value = Object<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
                T::deserialize(MapAccessDeserializer::new(map)).map(Object)
            }
        }

        deserializer.deserialize_map(ObjectVisitor(PhantomData))
    }
}

/// For a field that holds an object.
pub(crate) fn object<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<T, D::Error> {
    Object::deserialize(deserializer).map(|Object(value)| value)
}

/// For a field that holds a list of objects.
pub(crate) fn objects<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Vec<T>, D::Error> {
    Ok(Vec::deserialize(deserializer)?.into_iter().map(|Object(value)| value).collect())
}

/// For a field that may be absent but not `null`.
pub(crate) fn present<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

/// For a field whose absence and whose `null` mean different things.
pub(crate) fn nullable<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

/// For a field whose names are the client's: each of them once.
pub(crate) fn by_name<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<BTreeMap<String, T>, D::Error> {
    struct NamesVisitor<T>(PhantomData<T>);

    impl<'de, T: Deserialize<'de>> Visitor<'de> for NamesVisitor<T> {
        type Value = BTreeMap<String, T>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut fields = BTreeMap::new();
            while let Some((name, value)) = map.next_entry::<String, T>()? {
                match fields.entry(name) {
                    // In the words of serde's own structs, which `json_fault` knows.
                    Entry::Occupied(known) => {
                        return Err(A::Error::custom(format_args!("duplicate field `{}`", known.key())));
                    }
                    Entry::Vacant(free) => free.insert(value),
                };
            }
            Ok(fields)
        }
    }

    deserializer.deserialize_map(NamesVisitor(PhantomData))
}

/// For a password or a token.
pub(crate) fn secret<'de, D: Deserializer<'de>>(deserializer: D) -> Result<SecretString, D::Error> {
    String::deserialize(deserializer).map(SecretString::from)
}

/// For a token that may be absent.
pub(crate) fn optional_secret<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<SecretString>, D::Error> {
    Ok(Option::<String>::deserialize(deserializer)?.map(SecretString::from))
}

/// What a field of a partial update asks for.
pub(crate) fn change<T: FromStr<Err = Invalid>>(field: Option<Option<String>>) -> Result<Change<T>, Problem> {
    Ok(match field {
        None => Change::Keep,
        Some(None) => Change::Clear,
        Some(Some(text)) => Change::Set(text.parse()?),
    })
}
