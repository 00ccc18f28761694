//! What was decided for one organization alone, over its plan (M-14).

use std::sync::Arc;

use guildhall_domain::{Enrolment, FeatureName, Limit, LimitName, MemberRole, Organization, Overrides};
use guildhall_ports::store::{OrganizationFilter, Store};

use crate::fixtures::{Fixture, walk};

/// Every kind of decision: a limit and none, a feature given and taken.
fn everything() -> Overrides {
    let mut overrides = Overrides::default();
    overrides.limits.insert(LimitName::members(), Limit::AtMost(25));
    overrides.limits.insert(LimitName::workspaces(), Limit::Unlimited);
    overrides.limits.insert(LimitName::parse("storage_gb").unwrap(), Limit::AtMost(Limit::MAX));
    overrides.features.insert(FeatureName::parse(FeatureName::ORGANIZATION_ADMINS).unwrap(), true);
    overrides.features.insert(FeatureName::parse("single_sign_on").unwrap(), false);
    overrides
}

async fn update(f: &Fixture, organization: &Organization) -> Organization {
    f.write(organization.id, async |unit| unit.update_organization(organization).await).await
}

/// Of a new organization nothing is decided.
pub async fn nothing_is_decided_at_first(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (_, organization) = f.seed_owned("Acme").await;
    assert_eq!(organization.overrides, Overrides::default());
}

/// What is decided is kept, by whatever way the organization is read.
pub async fn overrides_are_kept_wherever_they_are_read(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let owner = f.seed_user("owner@acme.example").await;
    let given = Organization { overrides: everything(), ..f.organization("Acme") };
    let id = given.id;
    let founder = f.membership(id, owner.id, MemberRole::Owner);
    f.write(id, async |unit| {
        unit.insert_organization(&given).await?;
        unit.add_member(&founder, Limit::Unlimited).await
    })
    .await;
    f.seed_domain(id, "acme.com", Enrolment::Manual).await;
    let (_, other) = f.seed_owned("Beta").await;

    let wanted = f.stored_organization(id).await;
    assert_eq!(wanted.overrides, everything());
    let opened = f.read(id, async |unit| unit.open(owner.id).await).await.unwrap();
    assert_eq!(opened.organization, wanted);
    let opened = f.write(id, async |unit| unit.open(owner.id).await).await.unwrap();
    assert_eq!(opened.organization, wanted);
    let mine = f.read_user(owner.id, async |unit| unit.organization(id).await).await.unwrap();
    assert_eq!(mine.organization, wanted);
    let listed =
        f.read_user(owner.id, async |unit| walk(10, async |page| unit.list_organizations(&page).await).await).await;
    assert_eq!(listed.len(), 1);
    assert_eq!(listed[0].organization, wanted);
    let filter = OrganizationFilter::default();
    let all =
        f.read_platform(async |unit| walk(10, async |page| unit.list_organizations(&filter, &page).await).await).await;
    assert_eq!(all, [other, wanted.clone()]);
    let domain = f.domain("acme.com");
    assert_eq!(f.read_platform(async |unit| unit.organization_by_domain(&domain).await).await, Some(wanted));
}

/// An update writes what is decided now, and nothing of what was before; other organizations keep theirs.
pub async fn overrides_are_replaced_and_taken_back(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (_, mut organization) = f.seed_owned("Acme").await;
    let (_, mut other) = f.seed_owned("Beta").await;
    other.overrides = everything();
    let other = update(&f, &other).await;
    let mut fewer = Overrides::default();
    fewer.limits.insert(LimitName::members(), Limit::Unlimited);
    for overrides in [everything(), fewer, Overrides::default()] {
        organization.overrides = overrides;
        let given = update(&f, &organization).await;
        assert_eq!(given.overrides, organization.overrides);
        assert_eq!(f.stored_organization(organization.id).await, given);
    }
    assert_eq!(f.stored_organization(other.id).await, other);
}

/// Members come and go without a change of what is decided.
pub async fn counting_leaves_overrides_alone(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (_, mut organization) = f.seed_owned("Acme").await;
    organization.overrides = everything();
    let id = update(&f, &organization).await.id;
    let (_, member) = f.seed_member(id, "bob@acme.example", MemberRole::Owner).await;
    assert_eq!(f.stored_organization(id).await.overrides, everything());
    f.write(id, async |unit| unit.remove_member(member.id, f.now()).await).await;
    assert_eq!(f.stored_organization(id).await.overrides, everything());
}
