use std::borrow::Cow;
use std::collections::BTreeMap;
use std::str::FromStr;

use guildhall_app::account::Change;
use guildhall_app::plan::LimitChanges;
use guildhall_domain::{FeatureName, Invalid, LimitName};
use serde::Deserialize;
use utoipa::ToSchema;
use validator::{Validate, ValidationErrors, ValidationErrorsKind};

use crate::body::by_name;
use crate::json_fault::escaped;
use crate::problem::Problem;
use crate::validation::{parse_maximum, refused};

/// What shall hold for one organization over its plan. What is absent stays; `null` is as the plan says.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = LimitChanges, examples(json!({"limits": {"members": 500}, "features": {"organization_admins": true}})))]
pub(crate) struct LimitChangesBody {
    /// From 0, which is unlimited, to 9007199254740991; of `members` and `workspaces`.
    #[serde(default)]
    #[validate(nested)]
    #[schema(value_type = BTreeMap<String, Option<u64>>, required = false)]
    limits: LimitsBody,
    /// Granted, or taken away.
    #[serde(default)]
    #[validate(nested)]
    #[schema(value_type = BTreeMap<String, Option<bool>>, required = false)]
    features: FeaturesBody,
}

#[derive(Default, Deserialize)]
#[serde(transparent)]
struct LimitsBody(#[serde(deserialize_with = "by_name")] BTreeMap<String, Option<i64>>);

#[derive(Default, Deserialize)]
#[serde(transparent)]
struct FeaturesBody(#[serde(deserialize_with = "by_name")] BTreeMap<String, Option<bool>>);

impl Validate for LimitsBody {
    fn validate(&self) -> Result<(), ValidationErrors> {
        named(self.0.iter().map(|(name, maximum)| {
            let number = || maximum.map(parse_maximum).transpose();
            (name, LimitName::parse(name).map(drop).and_then(|()| number().map(drop)))
        }))
    }
}

impl Validate for FeaturesBody {
    fn validate(&self) -> Result<(), ValidationErrors> {
        named(self.0.keys().map(|name| (name, FeatureName::parse(name).map(drop))))
    }
}

/// What is wrong, below the names at which it is.
fn named<'a>(checked: impl Iterator<Item = (&'a String, Result<(), Invalid>)>) -> Result<(), ValidationErrors> {
    let wrong = checked.filter_map(|(name, result)| Some((name, result.err()?)));
    let errors =
        wrong.map(|(name, invalid)| (Cow::Owned(escaped(name)), ValidationErrorsKind::Field(vec![refused(invalid)])));
    let errors = ValidationErrors(errors.collect());
    if errors.is_empty() { Ok(()) } else { Err(errors) }
}

impl TryFrom<LimitChangesBody> for LimitChanges {
    type Error = Problem;

    fn try_from(body: LimitChangesBody) -> Result<Self, Problem> {
        Ok(Self { limits: changes(body.limits.0, parse_maximum)?, features: changes(body.features.0, Ok)? })
    }
}

fn changes<K: FromStr<Err = Invalid> + Ord, V, W>(
    fields: BTreeMap<String, Option<V>>,
    read: impl Fn(V) -> Result<W, Invalid>,
) -> Result<BTreeMap<K, Change<W>>, Invalid> {
    fields
        .into_iter()
        .map(|(name, value)| {
            let change = match value {
                None => Change::Clear,
                Some(value) => Change::Set(read(value)?),
            };
            Ok((name.parse()?, change))
        })
        .collect()
}
