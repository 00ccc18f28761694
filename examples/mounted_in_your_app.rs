//! Guildhall inside somebody's own actix-web application: its API beside the
//! product's own routes, in one process, on one port.
//!
//! `cargo run -p guildhall-examples --example mounted_in_your_app`
#![allow(clippy::print_stdout, reason = "an example says where it is")]

use std::sync::Arc;
use std::time::Duration;

use actix_web::middleware::from_fn;
use actix_web::{App, HttpResponse, HttpServer, web};
use guildhall_app::member::CheckPermission;
use guildhall_app::{Guildhall, OrganizationRef, Ports, RequestContext, Settings};
use guildhall_dns::{DnsSettings, DnsTextRecords};
use guildhall_domain::Permission;
use guildhall_http::{HttpSettings, HttpState, configure, request_context};
use guildhall_mail::{FileMailer, MailComposer, MailLinks, MailSender};
use guildhall_security::{
    AeadAnswerSealer, AeadMailSealer, Argon2Hasher, Argon2Parameters, HashBound, HmacCursorSealer, KeyedThrottle,
    PasswordLimits, RandomTokenMint, StrengthPolicy, SystemClock, ThrottleRates, UuidV7Generator,
};
use guildhall_store_memory::MemoryStore;

fn guildhall() -> Result<Guildhall, Box<dyn std::error::Error>> {
    // Where the pages of the product are that the links in mails lead to.
    let links = MailLinks::below("http://127.0.0.1:8090")?;
    let composer = MailComposer::new(MailSender::parse("Product <no-reply@example.com>")?, links);
    let ports = Ports {
        // A product would take `SqliteStore::open` or `PostgresStore::connect` here.
        store: Arc::new(MemoryStore::new()),
        clock: Arc::new(SystemClock),
        ids: Arc::new(UuidV7Generator),
        password_hasher: Arc::new(Argon2Hasher::new(Argon2Parameters::default(), HashBound::default())?),
        password_policy: Arc::new(StrengthPolicy::new(PasswordLimits::default())),
        tokens: Arc::new(RandomTokenMint),
        throttle: Arc::new(KeyedThrottle::new(ThrottleRates::default())),
        cursors: Arc::new(HmacCursorSealer::random()?),
        answers: Arc::new(AeadAnswerSealer::random()?),
        // A product would take `SmtpMailer` here, and `from_secret` of the sealers.
        mailer: Arc::new(FileMailer::new(std::env::temp_dir().join("guildhall-example-mails"), composer)?),
        mail_sealer: Arc::new(AeadMailSealer::random()?),
        text_records: Arc::new(DnsTextRecords::new(&DnsSettings::default())?),
    };
    Ok(Guildhall::new(ports, Settings::default()))
}

/// Sends what the application queues.
async fn send_mails(guildhall: Guildhall) {
    loop {
        let sent = guildhall.deliver_mail().await;
        let waited = guildhall.mail_due().await;
        if sent.is_err() || waited.is_err() {
            actix_web::rt::time::sleep(Duration::from_secs(5)).await;
        }
    }
}

/// A route of the product itself, which asks Guildhall before it does anything.
async fn reports(guildhall: web::Data<Guildhall>, request: actix_web::HttpRequest) -> HttpResponse {
    let token = request.headers().get("authorization").and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
    let question = CheckPermission { permission: Permission::AuditRead, user_id: None, workspace_id: None };
    let allowed =
        guildhall.check(token.unwrap_or_default(), RequestContext::default(), OrganizationRef::Active, question).await;
    match allowed {
        Ok(true) => HttpResponse::Ok().body("here are your reports"),
        Ok(false) => HttpResponse::Forbidden().finish(),
        Err(_) => HttpResponse::Unauthorized().finish(),
    }
}

#[actix_web::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let guildhall = guildhall()?;
    actix_web::rt::spawn(send_mails(guildhall.clone()));
    let state = HttpState::new(guildhall.clone(), HttpSettings::default());
    println!("the product on http://127.0.0.1:8090/reports, Guildhall's API on http://127.0.0.1:8090/docs/");
    HttpServer::new(move || {
        App::new()
            .wrap(from_fn(request_context))
            .app_data(web::Data::new(guildhall.clone()))
            .route("/reports", web::get().to(reports))
            .configure(configure(state.clone()))
    })
    .bind("127.0.0.1:8090")?
    .run()
    .await?;
    Ok(())
}
