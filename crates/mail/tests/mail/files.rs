//! Mails in files.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use guildhall_mail::FileMailer;
use guildhall_ports::{MailError, Mailer};

use crate::samples::{Decoded, INVITATION_LINK, composer, invitation, mail};

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[tokio::test]
async fn a_mail_is_a_file_that_mail_programs_open() {
    let folder = tempfile::tempdir().unwrap();
    let mailer = FileMailer::new(folder.path(), composer()).unwrap();
    mailer.send(&mail(1, invitation())).await.unwrap();
    let file = mailer.path(mail(1, invitation()).id);
    assert_eq!(file, folder.path().join("00000000-0000-0000-0000-000000000001.eml"));
    let letter = Decoded::parse(&fs::read(file).unwrap());
    assert!(letter.text.contains(INVITATION_LINK));
    assert_eq!(letter.header("To"), "bob@example.org");
}

#[tokio::test]
async fn the_same_mail_twice_is_one_file() {
    let folder = tempfile::tempdir().unwrap();
    let mailer = FileMailer::new(folder.path(), composer()).unwrap();
    mailer.send(&mail(1, invitation())).await.unwrap();
    let before = fs::read(mailer.path(mail(1, invitation()).id)).unwrap();
    let mailer = Arc::new(mailer);
    let tasks: Vec<_> = (0..8)
        .map(|_| {
            let mailer = Arc::clone(&mailer);
            tokio::spawn(async move { mailer.send(&mail(1, invitation())).await })
        })
        .collect();
    for task in tasks {
        task.await.unwrap().unwrap();
    }
    assert_eq!(names(folder.path()), ["00000000-0000-0000-0000-000000000001.eml"]);
    assert_eq!(fs::read(mailer.path(mail(1, invitation()).id)).unwrap(), before);
}

#[cfg(unix)]
#[tokio::test]
async fn nobody_else_on_the_machine_reads_them() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let mails = folder.path().join("data/mails");
    let mailer = FileMailer::new(&mails, composer()).unwrap();
    mailer.send(&mail(1, invitation())).await.unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&mails), 0o700);
    assert_eq!(mode(&mailer.path(mail(1, invitation()).id)), 0o600);
}

#[tokio::test]
async fn a_full_or_missing_folder_is_tried_again() {
    let folder = tempfile::tempdir().unwrap();
    let mails = folder.path().join("mails");
    let mailer = FileMailer::new(&mails, composer()).unwrap();
    fs::remove_dir(&mails).unwrap();
    let refused = mailer.send(&mail(1, invitation())).await.unwrap_err();
    assert!(matches!(&refused, MailError::Temporary(_)), "{refused}");
    assert!(!refused.to_string().contains("token"), "{refused}");
    fs::create_dir(&mails).unwrap();
    mailer.send(&mail(1, invitation())).await.unwrap();
    assert_eq!(names(&mails).len(), 1);

    fs::write(folder.path().join("file"), "").unwrap();
    assert!(FileMailer::new(folder.path().join("file"), composer()).is_err());
}
