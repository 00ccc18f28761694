//! Accounts and sessions.

mod email_verification;
mod login;
mod logout;
mod me;
mod password;
mod profile;
mod register;
mod schema;
mod sessions;
mod set_up;

use utoipa_actix_web::service_config::ServiceConfig;

pub(crate) use me::read_me_unprefixed;
pub(crate) use schema::UserBody;

pub(crate) fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(register::register)
        .service(login::login)
        .service(logout::logout)
        .service(me::read_me)
        .service(email_verification::verify_email)
        .service(email_verification::resend_email_verification)
        .service(set_up::read_set_up)
        .service(set_up::set_up)
        .service(profile::read_profile)
        .service(profile::update_profile)
        .service(profile::delete_account)
        .service(password::change_password)
        .service(sessions::list_sessions)
        .service(sessions::end_other_sessions)
        .service(sessions::end_session);
}
