//! The file and its folder, readable by nobody else.

use std::fs::{self, OpenOptions};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use crate::OpenError;

/// Makes the path absolute, so that SQLite cannot take it for a URI and a
/// later change of the working folder does not move it.
pub(crate) fn absolute(path: &Path) -> Result<PathBuf, OpenError> {
    std::path::absolute(path).map_err(|source| OpenError::Create { path: path.to_owned(), source })
}

/// Creates the folder and the file where they are missing. SQLite gives the
/// files that it puts beside it the same permissions.
pub(crate) fn create(path: &Path) -> Result<(), OpenError> {
    if let Some(folder) = path.parent() {
        create_folder(folder).map_err(|source| OpenError::Create { path: folder.to_owned(), source })?;
    }
    match create_file(path) {
        Err(source) if source.kind() != ErrorKind::AlreadyExists => {
            Err(OpenError::Create { path: path.to_owned(), source })
        }
        _ => Ok(()),
    }
}

fn create_folder(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

fn create_file(path: &Path) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop)
}
