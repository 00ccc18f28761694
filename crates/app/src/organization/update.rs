use guildhall_domain::audit::{AuditAction, AuditTarget, TargetKind};
use guildhall_domain::{Description, DomainName, Name, Organization, Permission, Slug, TimeZone};
use guildhall_ports::store::OrganizationRef;

use crate::transact::work;
use crate::{AppError, Caller, Change, Guildhall, Precondition};

/// Changes to an organization (M-13).
#[derive(Debug, Clone, Default)]
pub struct OrganizationChanges {
    /// What people call it.
    pub name: Option<Name>,
    /// Its short name in addresses.
    pub slug: Option<Slug>,
    /// What it is for.
    pub description: Change<Description>,
    /// Its internet domain.
    pub domain: Change<DomainName>,
    /// Where its days and months begin (M-26).
    pub time_zone: Option<TimeZone>,
}

impl OrganizationChanges {
    fn apply(self, organization: &mut Organization) {
        if let Some(name) = self.name {
            organization.name = name;
        }
        if let Some(slug) = self.slug {
            organization.slug = slug;
        }
        self.description.apply(&mut organization.description);
        self.domain.apply(&mut organization.domain);
        if let Some(time_zone) = self.time_zone {
            organization.time_zone = time_zone;
        }
    }
}

impl Guildhall {
    /// Changes name, description, slug, domain or time zone (M-08, M-13, M-26);
    /// the time zone for those who may set quotas, since these begin anew with
    /// its days and months. Changing
    /// nothing writes nothing.
    ///
    /// # Errors
    /// `slug_taken`, [`AppError::PreconditionFailed`], denials.
    pub async fn update_organization(
        &self,
        caller: &Caller,
        organization: OrganizationRef,
        changes: OrganizationChanges,
        precondition: &Precondition,
    ) -> Result<Organization, AppError> {
        let changes = &changes;
        self.change_in(
            caller,
            organization,
            Permission::OrganizationUpdate,
            work!(|access| {
                let before = access.organization().clone();
                precondition.check(&before)?;
                let mut after = before.clone();
                changes.clone().apply(&mut after);
                if after == before {
                    return Ok(before);
                }
                // Another day and month begin by it, and quotas with them.
                if after.time_zone != before.time_zone {
                    access.require(Permission::QuotaManage)?;
                }
                let changed = changed_fields(&before, &after);
                after.updated_at = access.now();
                let after = access.tx().update_organization(&after).await?;
                let target = AuditTarget { kind: TargetKind::Organization, id: after.id.uuid() };
                access.audit(AuditAction::UpdateOrganization, target, &[("changed", &changed)]).await?;
                Ok(after)
            }),
        )
        .await
    }
}

/// The names of the changed fields: the log says what was touched, the values may be long.
fn changed_fields(before: &Organization, after: &Organization) -> String {
    [
        ("name", before.name != after.name),
        ("slug", before.slug != after.slug),
        ("description", before.description != after.description),
        ("domain", before.domain != after.domain),
        ("time_zone", before.time_zone != after.time_zone),
    ]
    .into_iter()
    .filter_map(|(name, changed)| changed.then_some(name))
    .collect::<Vec<_>>()
    .join(",")
}
