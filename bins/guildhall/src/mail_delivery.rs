//! Sends the mails that wait, beside the requests.

use std::time::Duration;

use guildhall_app::{AppError, Delivery, Guildhall};
use tokio::sync::watch;
use tokio::task::JoinSet;

/// Until the next try where storage does not answer.
const STORAGE_AWAY: Duration = Duration::from_secs(5);
/// How long mails on their way may take to arrive when the server is stopped.
/// One that does not is sent again by the next server.
const LAST_MAILS: Duration = Duration::from_secs(10);

/// The senders of a server.
pub struct MailDelivery {
    senders: JoinSet<()>,
    stop: watch::Sender<bool>,
}

impl MailDelivery {
    /// Starts so many senders.
    pub fn start(guildhall: &Guildhall, senders: usize) -> Self {
        let stop = watch::Sender::new(false);
        let mut tasks = JoinSet::new();
        for _ in 0..senders {
            tasks.spawn(send(guildhall.clone(), stop.subscribe()));
        }
        Self { senders: tasks, stop }
    }

    /// Takes on no more mails, and waits for those on their way.
    pub async fn stop(mut self) {
        self.stop.send_replace(true);
        let last = async { while self.senders.join_next().await.is_some() {} };
        if tokio::time::timeout(LAST_MAILS, last).await.is_err() {
            tracing::warn!("stopped with mails on their way; they are sent again at the next start");
        }
    }
}

async fn send(guildhall: Guildhall, mut stop: watch::Receiver<bool>) {
    loop {
        let waited = tokio::select! {
            _ = stop.wait_for(|stop| *stop) => return,
            waited = guildhall.mail_due() => waited,
        };
        if let Err(error) = deliver(&guildhall, waited, &stop).await {
            tracing::warn!(%error, "mails wait: storage does not answer");
            tokio::select! {
                _ = stop.wait_for(|stop| *stop) => return,
                () = tokio::time::sleep(STORAGE_AWAY) => {}
            }
        }
    }
}

/// Sends what is due, one mail after the other, until nothing is or the server stops.
async fn deliver(
    guildhall: &Guildhall,
    waited: Result<(), AppError>,
    stop: &watch::Receiver<bool>,
) -> Result<(), AppError> {
    waited?;
    let mut delivery = Delivery::default();
    while !*stop.borrow() && guildhall.deliver_one_mail(&mut delivery).await? {}
    if delivery.sent > 0 {
        tracing::info!(sent = delivery.sent, "mails were sent");
    }
    Ok(())
}
