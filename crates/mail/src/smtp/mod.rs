mod connection;
mod fault;
mod mailer;
mod settings;

pub use mailer::SmtpMailer;
pub use settings::{InvalidSmtp, SmtpCredentials, SmtpSecurity, SmtpSettings};
