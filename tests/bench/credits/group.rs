use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use guildhall_app::account::Register;
use guildhall_app::credits::{Cost, NewGrant, Spending};
use guildhall_app::member::{AccessAsked, AccountRef, AddMember};
use guildhall_app::role::RoleRef;
use guildhall_app::{
    Caller, ExposeSecret, Guildhall, IdempotencyKey, OrganizationRef, Ports, RequestContext, Settings,
};
use guildhall_domain::credits::{Amount, CreditQuota, GrantTerms};
use guildhall_domain::{Email, Limit, Name};
use guildhall_ports::store::Store;
use guildhall_ports::{Mail, MailError, Mailer, SecretString};
use guildhall_security::{
    AeadAnswerSealer, AeadMailSealer, Argon2Hasher, Argon2Parameters, HashBound, HmacCursorSealer, KeyedThrottle,
    PasswordLimits, RandomTokenMint, StrengthPolicy, SystemClock, ThrottleRates, UuidV7Generator,
};
use guildhall_store_postgres::{PostgresOptions, PostgresStore};
use guildhall_store_sqlite::{SqliteOptions, SqliteStore};
use guildhall_testkit::fixtures::KnownRecords;

use crate::load::{Measured, load};

/// How many members spend out of one hot pool, each within a quota.
const MEMBERS: usize = 20;

struct Nobody;

#[async_trait]
impl Mailer for Nobody {
    async fn send(&self, _: &Mail) -> Result<(), MailError> {
        Ok(())
    }
}

/// Spends as use cases do, in the process that embeds them.
pub async fn measure(url: &str, sqlite: Option<&Path>, clients: usize, pools: usize, lasts: Duration) -> Measured {
    let store: Arc<dyn Store> = match sqlite {
        Some(path) => Arc::new(SqliteStore::open(path, SqliteOptions::default()).unwrap()),
        None => Arc::new(PostgresStore::connect(url, PostgresOptions::default()).await.unwrap()),
    };
    let guildhall = application(store);
    let mut spenders: Vec<(Caller, OrganizationRef)> = Vec::new();
    for pool in 0..pools {
        let owner = register(&guildhall, &format!("owner-{pool}")).await;
        let at = OrganizationRef::Id(owner.active_organization.unwrap());
        let terms = GrantTerms::of(Amount::new(Amount::MAX / 2).unwrap());
        let grant = NewGrant { terms, reason: None };
        guildhall.grant_credits(&owner, at, &grant, &key("grant".to_owned())).await.unwrap();
        for member in 1..if pools == 1 { MEMBERS } else { 1 } {
            let user = register(&guildhall, &format!("member-{member}")).await;
            let account = AccountRef::Id(user.actor.user_id);
            let command =
                AddMember { account, role: RoleRef::parse("member").unwrap(), access: AccessAsked::default() };
            guildhall.add_member(&owner, at, command).await.unwrap();
            spenders.push((user, at));
        }
        let quota = CreditQuota { monthly: Limit::AtMost(1 << 50), daily: Limit::AtMost(1 << 49) };
        for (user, _) in spenders.iter().rev().take(if pools == 1 { MEMBERS } else { 0 }) {
            guildhall.set_member_quota(&owner, at, user.actor.user_id.uuid(), quota).await.unwrap();
        }
        spenders.push((owner, at));
    }
    let (guildhall, spenders) = (Arc::new(guildhall), Arc::new(spenders));
    let spending = Arc::new(Spending { cost: Cost::Amount(Amount::new(1).unwrap()), workspace_id: None, member: None });
    load(clients, lasts, move |client, number| {
        let (guildhall, spenders, spending) = (Arc::clone(&guildhall), Arc::clone(&spenders), Arc::clone(&spending));
        async move {
            let at = (client.wrapping_mul(7_919) + number as usize * 104_729) % spenders.len();
            let (caller, organization) = &spenders[at];
            let key = key(format!("{client}-{number}"));
            guildhall.consume_credits(caller, *organization, &spending, &key).await.unwrap();
        }
    })
    .await
}

fn key(text: String) -> IdempotencyKey {
    IdempotencyKey::parse(&text).unwrap()
}

fn application(store: Arc<dyn Store>) -> Guildhall {
    let secret = SecretString::from("for benchmarks only: forty characters or more");
    let cheap = Argon2Parameters { memory_kib: 8, iterations: 1, parallelism: 1 };
    let bound = HashBound { permits: std::num::NonZeroUsize::MIN, queue: 1_000 };
    let ports = Ports {
        store,
        clock: Arc::new(SystemClock),
        ids: Arc::new(UuidV7Generator),
        password_hasher: Arc::new(Argon2Hasher::new(cheap, bound).unwrap()),
        password_policy: Arc::new(StrengthPolicy::new(PasswordLimits::default())),
        tokens: Arc::new(RandomTokenMint),
        throttle: Arc::new(KeyedThrottle::new(ThrottleRates::default())),
        cursors: Arc::new(HmacCursorSealer::from_secret(&secret).unwrap()),
        answers: Arc::new(AeadAnswerSealer::from_secret(&secret).unwrap()),
        mailer: Arc::new(Nobody),
        mail_sealer: Arc::new(AeadMailSealer::from_secret(&secret).unwrap()),
        text_records: Arc::new(KnownRecords::default()),
    };
    Guildhall::new(ports, Settings::default())
}

async fn register(guildhall: &Guildhall, name: &str) -> Caller {
    // Another run on the same database has other people.
    let unique = guildhall_domain::UserId::from(guildhall_ports::IdGen::next(&UuidV7Generator));
    let command = Register {
        email: Email::parse(&format!("{name}-{unique}@example.com")).unwrap(),
        password: SecretString::from("correct horse battery staple"),
        name: Name::parse(name).unwrap(),
        organization: Some(Name::parse(name).unwrap()),
        invitation: None,
    };
    let logged_in = guildhall.register(command, RequestContext::default()).await.unwrap();
    guildhall.authenticate(logged_in.token.expose_secret(), RequestContext::default()).await.unwrap()
}
