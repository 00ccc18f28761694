//! The application on the in-memory store, as in the unit tests of a product
//! that builds on Guildhall: real rules, real audit log, no database.
//!
//! `cargo test -p guildhall-examples --example application_in_a_unit_test`

fn main() {}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use guildhall_app::account::Register;
    use guildhall_app::member::{AccountRef, AddMember};
    use guildhall_app::role::RoleRef;
    use guildhall_app::{
        AppError, Caller, ExposeSecret, Guildhall, OrganizationRef, Ports, Precondition, RequestContext, SecretString,
        Settings,
    };
    use guildhall_domain::{Email, Name};
    use guildhall_ports::{MockMailer, MockTextRecords};
    use guildhall_security::{
        AeadAnswerSealer, AeadMailSealer, Argon2Hasher, Argon2Parameters, HashBound, HmacCursorSealer, KeyedThrottle,
        PasswordLimits, RandomTokenMint, StrengthPolicy, SystemClock, ThrottleRates, UuidV7Generator,
    };
    use guildhall_store_memory::MemoryStore;

    fn guildhall() -> Guildhall {
        // The cheapest hash there is: a test is no place to wait for argon2id.
        let cheap = Argon2Parameters { memory_kib: 8, iterations: 1, parallelism: 1 };
        let ports = Ports {
            store: Arc::new(MemoryStore::new()),
            clock: Arc::new(SystemClock),
            ids: Arc::new(UuidV7Generator),
            password_hasher: Arc::new(Argon2Hasher::new(cheap, HashBound::default()).unwrap()),
            password_policy: Arc::new(StrengthPolicy::new(PasswordLimits::default())),
            tokens: Arc::new(RandomTokenMint),
            throttle: Arc::new(KeyedThrottle::new(ThrottleRates::default())),
            cursors: Arc::new(HmacCursorSealer::random().unwrap()),
            answers: Arc::new(AeadAnswerSealer::random().unwrap()),
            // Mails wait until somebody calls `deliver_mail`, and nobody asks for a domain's records.
            mailer: Arc::new(MockMailer::new()),
            mail_sealer: Arc::new(AeadMailSealer::random().unwrap()),
            text_records: Arc::new(MockTextRecords::new()),
        };
        Guildhall::new(ports, Settings::default())
    }

    async fn registered(guildhall: &Guildhall, name: &str) -> Caller {
        let command = Register {
            email: Email::parse(&format!("{name}@example.com")).unwrap(),
            password: SecretString::from("correct horse battery staple"),
            name: Name::parse(name).unwrap(),
            organization: None,
            invitation: None,
        };
        let logged_in = guildhall.register(command, RequestContext::default()).await.unwrap();
        guildhall.authenticate(logged_in.token.expose_secret(), RequestContext::default()).await.unwrap()
    }

    #[tokio::test]
    async fn a_member_cannot_remove_the_owner() {
        let guildhall = guildhall();
        let (ada, bob) = (registered(&guildhall, "ada").await, registered(&guildhall, "bob").await);
        let adas = OrganizationRef::Id(ada.active_organization.unwrap());
        let add = AddMember {
            account: AccountRef::Id(bob.actor.user_id),
            role: RoleRef::default(),
            access: Default::default(),
        };
        guildhall.add_member(&ada, adas, add).await.unwrap();

        let owner = ada.actor.user_id.uuid();
        let removal = guildhall.remove_member(&bob, adas, owner, &Precondition::None).await;
        assert!(matches!(removal, Err(AppError::Denied(_))));
        assert_eq!(guildhall.organization(&ada, adas).await.unwrap().users_count, 2);
    }
}
