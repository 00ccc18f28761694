use std::collections::BTreeMap;

use guildhall_app::plan::LimitChanges;
use guildhall_domain::{FeatureName, LimitName};
use serde::Deserialize;
use utoipa::ToSchema;
use validator::{Validate, ValidationErrors};

use crate::body::by_name;
use crate::named_values::{changes, named};
use crate::problem::Problem;
use crate::validation::parse_maximum;

/// What shall hold for one organization over its plan. What is absent stays; `null` is as the plan says.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = LimitChanges, examples(json!({"limits": {"members": 500}, "features": {"organization_admins": true}})))]
pub(crate) struct LimitChangesBody {
    /// From 0, which is unlimited, to 9007199254740991; of the names that the organization's usage shows.
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

impl TryFrom<LimitChangesBody> for LimitChanges {
    type Error = Problem;

    fn try_from(body: LimitChangesBody) -> Result<Self, Problem> {
        Ok(Self { limits: changes(body.limits.0, parse_maximum)?, features: changes(body.features.0, Ok)? })
    }
}
