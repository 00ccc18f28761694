//! What a kind declares beside name and description, as it is in requests.

use std::collections::BTreeMap;
use std::fmt;

use guildhall_app::Change;
use guildhall_domain::{FieldName, FieldValue, Invalid, LimitName};
use serde::de::{Error, Unexpected, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::ToSchema;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{AdditionalProperties, Object, ObjectBuilder, OneOfBuilder, Ref, Schema, Type};
use validator::{Validate, ValidationErrors};

use crate::body::by_name;
use crate::named_values::{changes, named, values};
use crate::validation::parse_own_limit;

/// Limits by their names: `i64` each, or `Option<i64>` where `null` means something.
#[derive(Default, Deserialize)]
#[serde(transparent, bound = "N: Deserialize<'de>")]
pub(super) struct LimitsBody<N>(#[serde(deserialize_with = "by_name")] BTreeMap<String, N>);

impl<N: Copy + Into<Option<i64>>> Validate for LimitsBody<N> {
    fn validate(&self) -> Result<(), ValidationErrors> {
        named(self.0.iter().map(|(name, number)| {
            let number: Option<i64> = (*number).into();
            let number = || number.map(parse_own_limit).transpose();
            (name, LimitName::parse(name).and_then(|_| number()).map(drop))
        }))
    }
}

impl LimitsBody<i64> {
    pub(super) fn values(self) -> Result<BTreeMap<LimitName, u64>, Invalid> {
        values(self.0, parse_own_limit)
    }
}

impl LimitsBody<Option<i64>> {
    pub(super) fn changes(self) -> Result<BTreeMap<LimitName, Change<u64>>, Invalid> {
        changes(self.0, parse_own_limit)
    }
}

/// Fields by their names: a [`FieldValueBody`] each, or an `Option` of it where `null` means something.
#[derive(Deserialize)]
#[serde(transparent, bound = "V: Deserialize<'de>")]
pub(super) struct FieldsBody<V>(#[serde(deserialize_with = "by_name")] BTreeMap<String, V>);

impl<V> Default for FieldsBody<V> {
    fn default() -> Self {
        Self(BTreeMap::new())
    }
}

impl<V: Clone + Into<Option<FieldValueBody>>> Validate for FieldsBody<V> {
    fn validate(&self) -> Result<(), ValidationErrors> {
        named(self.0.iter().map(|(name, value)| {
            let value: Option<FieldValueBody> = value.clone().into();
            let value = || value.map(FieldValue::try_from).transpose();
            (name, FieldName::parse(name).and_then(|_| value()).map(drop))
        }))
    }
}

impl FieldsBody<FieldValueBody> {
    pub(super) fn values(self) -> Result<BTreeMap<FieldName, FieldValue>, Invalid> {
        values(self.0, FieldValue::try_from)
    }
}

impl FieldsBody<Option<FieldValueBody>> {
    pub(super) fn changes(self) -> Result<BTreeMap<FieldName, Change<FieldValue>>, Invalid> {
        changes(self.0, FieldValue::try_from)
    }
}

/// The value of a field: what its kind declares.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(untagged)]
#[schema(as = WorkspaceFieldValue)]
pub(crate) enum FieldValueBody {
    Text(String),
    Integer(i64),
    Boolean(bool),
}

/// The description of fields by their names, where `null` clears.
pub(super) fn field_changes() -> Object {
    let null = ObjectBuilder::new().schema_type(Type::Null);
    let value = OneOfBuilder::new().item(Ref::from_schema_name("WorkspaceFieldValue")).item(null).build();
    let value = AdditionalProperties::RefOr(RefOr::T(Schema::OneOf(value)));
    ObjectBuilder::new().description(Some("What its kind declares beside.")).additional_properties(Some(value)).build()
}

impl TryFrom<FieldValueBody> for FieldValue {
    type Error = Invalid;

    fn try_from(body: FieldValueBody) -> Result<Self, Invalid> {
        match body {
            FieldValueBody::Text(text) => Self::text(&text),
            FieldValueBody::Integer(number) => Self::integer(number),
            FieldValueBody::Boolean(flag) => Ok(Self::Boolean(flag)),
        }
    }
}

impl<'de> Deserialize<'de> for FieldValueBody {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ValueVisitor;

        impl Visitor<'_> for ValueVisitor {
            type Value = FieldValueBody;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text, a whole number, true or false")
            }

            fn visit_bool<E: Error>(self, flag: bool) -> Result<Self::Value, E> {
                Ok(FieldValueBody::Boolean(flag))
            }

            fn visit_i64<E: Error>(self, number: i64) -> Result<Self::Value, E> {
                Ok(FieldValueBody::Integer(number))
            }

            fn visit_u64<E: Error>(self, number: u64) -> Result<Self::Value, E> {
                let fits = i64::try_from(number).map(FieldValueBody::Integer);
                fits.map_err(|_| E::invalid_value(Unexpected::Unsigned(number), &self))
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
                Ok(FieldValueBody::Text(text.to_owned()))
            }
        }

        deserializer.deserialize_any(ValueVisitor)
    }
}
