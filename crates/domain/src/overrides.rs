use std::collections::BTreeMap;

use crate::{FeatureName, Limit, LimitName};

/// What a superadmin has decided for one organization, over its plan (M-14).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(default, deny_unknown_fields))]
pub struct Overrides {
    /// Single limits.
    pub limits: BTreeMap<LimitName, Limit>,
    /// Single features: granted, or taken away.
    pub features: BTreeMap<FeatureName, bool>,
}
