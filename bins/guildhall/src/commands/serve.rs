use std::process::ExitCode;

use actix_web::middleware::from_fn;
use actix_web::{App, HttpServer};
use anyhow::Context;
use guildhall_http::{HttpState, configure, request_context};
use guildhall_security::StrengthPolicy;

use super::say;
use crate::blueprint;
use crate::cli::Serve;
use crate::config::Config;
use crate::mail_delivery::MailDelivery;
use crate::telemetry::Metrics;
use crate::wire;

/// `guildhall serve`: until SIGTERM or SIGINT, after which requests in flight are finished.
pub async fn run(flags: &Serve, config: &Config) -> anyhow::Result<ExitCode> {
    // Before anything is changed.
    config.check_for_serving()?;
    blueprint::of(config)?;
    if flags.migrate {
        for migration in wire::migrate(config).await? {
            tracing::info!(%migration, "the schema was migrated");
        }
    }
    tokio::task::spawn_blocking(StrengthPolicy::warm_up);
    let metrics = Metrics::start()?;
    let guildhall = wire::server(config).await?;
    let state = HttpState::new(guildhall.clone(), config.http.settings()).with_metrics(metrics.renderer());

    let mut server =
        HttpServer::new(move || App::new().wrap(from_fn(request_context)).configure(configure(state.clone())))
            .shutdown_timeout(config.http.shutdown_timeout_seconds)
            .bind(config.listen)
            .with_context(|| format!("cannot listen on {}; choose another address with --listen", config.listen))?;
    if let Some(workers) = config.http.workers {
        server = server.workers(workers.get());
    }
    for address in server.addrs() {
        // A server whose standard output was closed serves all the same.
        let _ = say(format_args!("Guildhall listens on http://{address} (API description: http://{address}/docs/)"));
    }
    tracing::info!(database = %config.database_url, blueprint = config.blueprint, version = env!("CARGO_PKG_VERSION"), "serving");

    let upkeep = tokio::spawn(metrics.upkeep());
    let delivery = MailDelivery::start(&guildhall, config.mail.senders);
    let ended = server.run().await.context("the server ended");
    delivery.stop().await;
    upkeep.abort();
    ended?;
    tracing::info!("stopped");
    Ok(ExitCode::SUCCESS)
}
