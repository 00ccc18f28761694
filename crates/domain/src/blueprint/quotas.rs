use crate::{LimitName, Name};

/// The resources of which a product reports how much an organization uses (N-18).
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(transparent))]
pub struct Quotas(pub Vec<Quota>);

/// A resource that is used and given back in whole units.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
pub struct Quota {
    /// Its name, which is that of its limit too.
    pub name: LimitName,
    /// What one of it is.
    pub unit: Name,
}

impl Quotas {
    /// A resource by its name.
    pub fn get(&self, name: &str) -> Option<&Quota> {
        self.0.iter().find(|quota| quota.name.as_str() == name)
    }
}

impl Default for Quotas {
    /// `cpu` in millicores, `memory` and `storage` in bytes (N-18).
    fn default() -> Self {
        let quotas = [("cpu", "millicores"), ("memory", "bytes"), ("storage", "bytes")];
        let quotas = quotas.into_iter().filter_map(|(name, unit)| {
            Some(Quota { name: LimitName::parse(name).ok()?, unit: Name::parse(unit).ok()? })
        });
        Self(quotas.collect())
    }
}
