use std::io;
use std::path::PathBuf;

/// Why a file cannot be used as storage.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The file or its folder cannot be made.
    #[error("cannot create {}: {source}; check that the folder exists and may be written to", path.display())]
    Create {
        /// The file or folder.
        path: PathBuf,
        /// What the operating system says.
        source: io::Error,
    },
    /// The path cannot be handed to SQLite.
    #[error("the path {} is not valid UTF-8", .0.display())]
    Path(PathBuf),
    /// The file does not open, or is no database.
    #[error("cannot open {}: {reason}", path.display())]
    Connect {
        /// The file.
        path: PathBuf,
        /// What SQLite says.
        reason: String,
    },
    /// A migration failed; the file is as it was.
    #[error("cannot migrate the database: {0}")]
    Migrate(String),
    /// The file was migrated by a newer version of this program.
    #[error("the database has migration {0}, which this version does not know; start a version at least as new")]
    Newer(String),
    /// The writer thread does not start.
    #[error("cannot start the writer thread: {0}")]
    Thread(io::Error),
}
