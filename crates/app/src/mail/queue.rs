use guildhall_domain::{Email, MailId, OrganizationId};
use guildhall_ports::{Mail, MailContent, QueuedMail};

use crate::Guildhall;

impl Guildhall {
    /// A mail, sealed for the queue. It is not queued yet.
    pub(crate) fn compose(&self, to: Email, content: MailContent, organization: Option<OrganizationId>) -> QueuedMail {
        let mail = Mail { id: MailId::from(self.ports.ids.next()), to, created_at: self.now(), content };
        self.ports.mail_sealer.seal(&mail, organization)
    }

    /// Wakes a sender: a unit of work that queued a mail was committed.
    pub(crate) fn mail_was_queued(&self) {
        self.mail_queued.notify_one();
    }
}
