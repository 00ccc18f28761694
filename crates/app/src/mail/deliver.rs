use guildhall_domain::MailId;
use guildhall_ports::MailError;
use guildhall_ports::store::{ClaimedMail, Mode};
use time::Duration;

use crate::{AppError, Guildhall};

/// What became of the mails that were due.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Delivery {
    /// Taken over by the mail server.
    pub sent: u64,
    /// To be tried again.
    pub postponed: u64,
    /// Refused for good, or tried often enough.
    pub given_up: u64,
}

/// How long a sender may take over one mail beyond the attempt itself, before
/// another sender takes it for lost and sends it too.
const LEASE_MARGIN: Duration = Duration::seconds(15);

/// How long a sender sleeps at most: mails queued by other processes do not wake it.
const LONGEST_SLEEP: Duration = Duration::seconds(20);

impl Guildhall {
    /// Sends the mails that are due, one after the other, until none is.
    ///
    /// Run by as many senders, in as many processes, as there are: no two take
    /// the same mail. A sender that dies in between loses nothing: its mail is
    /// due again when its lease is over, and has the same Message-ID.
    ///
    /// # Errors
    /// As storage. Mails that cannot be sent are no error.
    pub async fn deliver_mail(&self) -> Result<Delivery, AppError> {
        let mut delivery = Delivery::default();
        while self.deliver_one_mail(&mut delivery).await? {}
        Ok(delivery)
    }

    /// Sends the mail that is due the longest, and counts what became of it;
    /// false where none is due. For senders that want to stop in between.
    ///
    /// # Errors
    /// As [`Guildhall::deliver_mail`].
    pub async fn deliver_one_mail(&self, delivery: &mut Delivery) -> Result<bool, AppError> {
        let Some(claimed) = self.claim_one().await? else { return Ok(false) };
        // There may be more than one sender can send.
        self.mail_was_queued();
        self.attempt(claimed, delivery).await?;
        Ok(true)
    }

    /// Waits until there may be something to send.
    ///
    /// # Errors
    /// As storage.
    pub async fn mail_due(&self) -> Result<(), AppError> {
        let mut tx = self.ports.store.begin_platform(Mode::Read).await?;
        let due = tx.next_mail_due().await?;
        tx.commit().await?;
        let sleep = due.map_or(LONGEST_SLEEP, |due| (due - self.now()).clamp(Duration::ZERO, LONGEST_SLEEP));
        let sleep = std::time::Duration::try_from(sleep).unwrap_or_default();
        // Woken or not, the queue is what counts.
        let _ = tokio::time::timeout(sleep, self.mail_queued.notified()).await;
        Ok(())
    }

    async fn claim_one(&self) -> Result<Option<ClaimedMail>, AppError> {
        let now = self.now();
        let lease = now + self.settings.mail.attempt_timeout + LEASE_MARGIN;
        let mut tx = self.ports.store.begin_platform(Mode::Write).await?;
        let claimed = tx.claim_mail(now, lease, 1).await?;
        tx.commit().await?;
        Ok(claimed.into_iter().next())
    }

    async fn attempt(&self, claimed: ClaimedMail, delivery: &mut Delivery) -> Result<(), AppError> {
        let id = claimed.mail.id;
        let outcome = match self.ports.mail_sealer.open(&claimed.mail) {
            Some(mail) => {
                let sending = self.ports.mailer.send(&mail);
                match tokio::time::timeout(self.settings.mail.attempt_timeout, sending).await {
                    Ok(outcome) => outcome,
                    Err(_) => Err(MailError::Temporary("no answer in time".to_owned())),
                }
            }
            // Perhaps this server was given another key than the one that sealed it.
            None => Err(MailError::Temporary("the queued mail cannot be opened with this secret key".to_owned())),
        };
        let next = usize::try_from(claimed.attempt)
            .ok()
            .and_then(|attempt| self.settings.mail.retry_after.get(attempt.checked_sub(1)?));
        match (outcome, next) {
            (Ok(()), _) => {
                delivery.sent += 1;
                self.forget(id).await
            }
            (Err(MailError::Temporary(reason)), Some(wait)) => {
                delivery.postponed += 1;
                tracing::warn!(mail = %id, attempt = claimed.attempt, reason, "a mail was not sent and is tried again");
                let mut tx = self.ports.store.begin_platform(Mode::Write).await?;
                tx.postpone_mail(id, self.now() + *wait).await?;
                Ok(tx.commit().await?)
            }
            (Err(error), _) => {
                delivery.given_up += 1;
                tracing::error!(mail = %id, attempt = claimed.attempt, %error, "a mail was given up");
                self.forget(id).await
            }
        }
    }

    async fn forget(&self, mail: MailId) -> Result<(), AppError> {
        let mut tx = self.ports.store.begin_platform(Mode::Write).await?;
        tx.delete_mail(mail).await?;
        Ok(tx.commit().await?)
    }
}
