//! The mails that wait to be sent.

use guildhall_domain::{MailId, OrganizationId, Timestamp};
use guildhall_ports::QueuedMail;
use guildhall_ports::store::{ClaimedMail, StoreError};
use imbl::{OrdMap, OrdSet};
use uuid::Uuid;

use super::State;

#[derive(Debug, Clone)]
struct Waiting {
    mail: QueuedMail,
    due_at: Timestamp,
    attempts: u32,
}

/// The mails of all organizations and accounts.
#[derive(Debug, Clone, Default)]
pub(super) struct Mails {
    all: OrdMap<MailId, Waiting>,
    /// The order of sending.
    due: OrdSet<(Timestamp, MailId)>,
    by_organization: OrdSet<(OrganizationId, MailId)>,
}

impl Mails {
    fn put(&mut self, waiting: Waiting) {
        let id = waiting.mail.id;
        self.due.insert((waiting.due_at, id));
        if let Some(organization) = waiting.mail.organization_id {
            self.by_organization.insert((organization, id));
        }
        self.all.insert(id, waiting);
    }

    fn take(&mut self, id: MailId) -> Option<Waiting> {
        let gone = self.all.remove(&id)?;
        self.due.remove(&(gone.due_at, id));
        if let Some(organization) = gone.mail.organization_id {
            self.by_organization.remove(&(organization, id));
        }
        Some(gone)
    }

    pub(super) fn drop_organization(&mut self, id: OrganizationId) {
        let mails = (id, MailId::from(Uuid::nil()))..=(id, MailId::from(Uuid::max()));
        let gone: Vec<MailId> = self.by_organization.range(mails).map(|(_, mail)| *mail).collect();
        for mail in gone {
            self.take(mail);
        }
    }
}

impl State {
    /// Queues a mail of an organization, or of an account's own.
    pub(crate) fn queue_mail(&mut self, sender: Option<OrganizationId>, mail: &QueuedMail) -> Result<(), StoreError> {
        if mail.organization_id != sender {
            return Err(StoreError::Corrupt("the mail is on behalf of another organization".to_owned()));
        }
        if sender.is_some_and(|id| !self.tenants.contains_key(&id)) {
            return Err(StoreError::NotFound);
        }
        if self.mails.all.contains_key(&mail.id) {
            return Err(StoreError::Corrupt("the mail's id is taken".to_owned()));
        }
        self.mails.put(Waiting { mail: mail.clone(), due_at: mail.created_at, attempts: 0 });
        Ok(())
    }

    pub(crate) fn claim_mail(&mut self, now: Timestamp, lease: Timestamp, limit: u16) -> Vec<ClaimedMail> {
        let due: Vec<MailId> = self
            .mails
            .due
            .range(..=(now, MailId::from(Uuid::max())))
            .take(usize::from(limit))
            .map(|(_, mail)| *mail)
            .collect();
        due.into_iter()
            .filter_map(|mail| {
                let waiting = self.mails.take(mail)?;
                let attempt = waiting.attempts + 1;
                let claimed = ClaimedMail { mail: waiting.mail.clone(), attempt };
                self.mails.put(Waiting { due_at: lease, attempts: attempt, ..waiting });
                Some(claimed)
            })
            .collect()
    }

    pub(crate) fn delete_mail(&mut self, mail: MailId) {
        self.mails.take(mail);
    }

    pub(crate) fn postpone_mail(&mut self, mail: MailId, at: Timestamp) {
        if let Some(waiting) = self.mails.take(mail) {
            self.mails.put(Waiting { due_at: at, ..waiting });
        }
    }

    pub(crate) fn next_mail_due(&self) -> Option<Timestamp> {
        self.mails.due.get_min().map(|(due_at, _)| *due_at)
    }
}
