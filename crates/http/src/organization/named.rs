use guildhall_domain::{DomainOffer, Name, OrganizationId};
use serde::Serialize;
use utoipa::ToSchema;

/// An organization, as far as somebody outside knows it.
#[derive(Serialize, ToSchema)]
#[schema(as = NamedOrganization)]
pub(crate) struct NamedOrganizationBody {
    #[schema(value_type = Uuid)]
    pub(crate) id: OrganizationId,
    #[schema(value_type = String)]
    pub(crate) name: Name,
}

impl From<DomainOffer> for NamedOrganizationBody {
    fn from(offer: DomainOffer) -> Self {
        Self { id: offer.organization_id, name: offer.organization_name }
    }
}
