use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use async_trait::async_trait;
use guildhall_domain::MailId;
use guildhall_ports::{Mail, MailError, Mailer};

use crate::composer::MailComposer;

/// Writes mails into a folder, as `<id>.eml`, for installations without a mail
/// server: an administrator opens them with any mail program, and passes the
/// link on.
///
/// They hold tokens. Folder and files are readable by the server's user alone
/// (Unix), and the log names a file but never says what it holds. Nobody but
/// the administrator deletes them.
///
/// A file appears under its name only when it is whole, and a mail that is
/// sent twice is one file.
#[derive(Debug)]
pub struct FileMailer {
    folder: Arc<Path>,
    composer: MailComposer,
}

impl FileMailer {
    /// Writes into `folder`, which is made where it does not exist.
    ///
    /// # Errors
    /// Where the folder cannot be made.
    pub fn new(folder: impl Into<PathBuf>, composer: MailComposer) -> io::Result<Self> {
        let folder = folder.into();
        let mut builder = DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(&folder)?;
        Ok(Self { folder: folder.into(), composer })
    }

    /// Where a mail is written.
    pub fn path(&self, id: MailId) -> PathBuf {
        self.folder.join(format!("{id}.eml"))
    }
}

#[async_trait]
impl Mailer for FileMailer {
    async fn send(&self, mail: &Mail) -> Result<(), MailError> {
        let text = self.composer.compose(mail)?.formatted();
        let (id, folder, path) = (mail.id, Arc::clone(&self.folder), self.path(mail.id));
        let written = tokio::task::spawn_blocking(move || write(&folder, id, &text).map(|()| path)).await;
        match written.map_err(io::Error::other).flatten() {
            Ok(path) => {
                tracing::info!(mail = %id, path = %path.display(), "mail written to a file");
                Ok(())
            }
            Err(error) => Err(MailError::Temporary(format!("the file cannot be written: {error}"))),
        }
    }
}

/// Writes under a name of its own, to disk, and then gives it its right name.
fn write(folder: &Path, id: MailId, text: &[u8]) -> io::Result<()> {
    static WRITES: AtomicU64 = AtomicU64::new(0);
    let count = WRITES.fetch_add(1, Ordering::Relaxed);
    let unfinished = folder.join(format!(".{id}.{}.{count}.tmp", std::process::id()));
    let written = write_new(&unfinished, text).and_then(|()| fs::rename(&unfinished, folder.join(format!("{id}.eml"))));
    if written.is_err() {
        // What cannot be removed either is reported by the first error.
        let _ = fs::remove_file(&unfinished);
    }
    written
}

fn write_new(path: &Path, text: &[u8]) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(text)?;
    file.sync_all()
}
