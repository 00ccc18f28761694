use guildhall_domain::OrganizationId;
use guildhall_domain::page::{PageRequest, PageSize};
use guildhall_ports::store::{Mode, OrganizationFilter};
use uuid::Uuid;

use crate::{AppError, Guildhall};

/// A walk over every organization, page by page: what an operator looks through.
struct EveryOrganization {
    next: Option<PageRequest<Uuid>>,
}

impl EveryOrganization {
    fn new() -> Self {
        Self { next: Some(PageRequest::first(PageSize::MAX)) }
    }

    /// Those of the next page; none at the end. Each may be deleted by the time that it is looked at.
    async fn page(&mut self, guildhall: &Guildhall) -> Result<Option<Vec<OrganizationId>>, AppError> {
        let Some(request) = self.next.clone() else { return Ok(None) };
        let mut tx = guildhall.ports.store.begin_platform(Mode::Read).await?;
        let page = tx.list_organizations(&OrganizationFilter::default(), &request).await?;
        tx.commit().await?;
        self.next = page.next.map(|next| PageRequest { after: Some(next), ..request });
        Ok(Some(page.items.into_iter().map(|organization| organization.id).collect()))
    }
}

impl Guildhall {
    /// Does something for every organization, one after the other, and hands on
    /// what came of it; one that was deleted since it was listed is passed by.
    pub(crate) async fn for_every_organization<T, Fut>(
        &self,
        work: impl Fn(OrganizationId) -> Fut,
        mut report: impl FnMut(T),
    ) -> Result<(), AppError>
    where
        Fut: Future<Output = Result<T, AppError>>,
    {
        let mut walk = EveryOrganization::new();
        while let Some(organizations) = walk.page(self).await? {
            for organization in organizations {
                match work(organization).await {
                    Ok(done) => report(done),
                    Err(AppError::NotFound { .. }) => {}
                    Err(error) => return Err(error),
                }
            }
        }
        Ok(())
    }
}
