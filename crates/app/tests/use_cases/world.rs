use std::num::NonZeroUsize;
use std::sync::Arc;

use guildhall_app::account::{LoggedIn, Login, Register};
use guildhall_app::audit::ChainReport;
use guildhall_app::member::{AccessAsked, AccountRef, AddMember};
use guildhall_app::role::RoleRef;
use guildhall_app::{
    AppError, Caller, ExposeSecret, Guildhall, ListRequest, OrganizationRef, Ports, RequestContext, SecretString,
    Settings,
};
use guildhall_domain::audit::{AuditFilter, AuditRecord};
use guildhall_domain::blueprint::Blueprint;
use guildhall_domain::{Email, MemberProfile, Name, OrganizationId};
use guildhall_ports::Mailer;
use guildhall_ports::store::Store;
use guildhall_security::{
    AeadAnswerSealer, AeadMailSealer, Argon2Hasher, Argon2Parameters, HashBound, HmacCursorSealer, KeyedThrottle,
    PasswordLimits, RandomTokenMint, StrengthPolicy, ThrottleRates,
};
use guildhall_store_memory::MemoryStore;
use guildhall_testkit::fixtures::{KnownRecords, RecordingMailer, SequentialIds, TestClock};

const CHEAP: Argon2Parameters = Argon2Parameters { memory_kib: 8, iterations: 1, parallelism: 1 };

pub const PASSWORD: &str = "correct horse battery staple";

/// The application on a store in memory, at a time that the test owns.
pub struct World {
    pub guildhall: Guildhall,
    pub store: Arc<dyn Store>,
    pub clock: Arc<TestClock>,
    pub mailer: Arc<RecordingMailer>,
    pub records: Arc<KnownRecords>,
    ids: Arc<SequentialIds>,
}

/// Somebody logged in.
pub struct Person {
    pub token: String,
    pub caller: Caller,
    pub organization: OrganizationId,
}

impl World {
    pub fn new() -> Self {
        Self::on(Arc::new(MemoryStore::new()))
    }

    pub fn on(store: Arc<dyn Store>) -> Self {
        Self::with_settings(store, CHEAP, Settings::default())
    }

    pub fn with_parameters(store: Arc<dyn Store>, parameters: Argon2Parameters) -> Self {
        Self::with_settings(store, parameters, Settings::default())
    }

    pub fn with_blueprint(blueprint: Blueprint) -> Self {
        Self::with_settings(Arc::new(MemoryStore::new()), CHEAP, Settings::new(blueprint))
    }

    pub fn with_settings(store: Arc<dyn Store>, parameters: Argon2Parameters, settings: Settings) -> Self {
        Self::made_of(store, parameters, settings, None, Arc::default())
    }

    pub fn with_mailer(mailer: Arc<dyn Mailer>, settings: Settings) -> Self {
        Self::made_of(Arc::new(MemoryStore::new()), CHEAP, settings, Some(mailer), Arc::default())
    }

    fn made_of(
        store: Arc<dyn Store>,
        parameters: Argon2Parameters,
        settings: Settings,
        other: Option<Arc<dyn Mailer>>,
        ids: Arc<SequentialIds>,
    ) -> Self {
        let clock = Arc::new(TestClock::standing());
        let bound = HashBound { permits: NonZeroUsize::MIN, queue: 1_000 };
        let (mailer, records) = (Arc::new(RecordingMailer::default()), Arc::new(KnownRecords::default()));
        let secret = SecretString::from("a secret key that is long enough for tests");
        let ports = Ports {
            store: Arc::clone(&store),
            clock: Arc::clone(&clock) as _,
            ids: Arc::clone(&ids) as _,
            password_hasher: Arc::new(Argon2Hasher::new(parameters, bound).unwrap()),
            password_policy: Arc::new(StrengthPolicy::new(PasswordLimits::default())),
            tokens: Arc::new(RandomTokenMint),
            throttle: Arc::new(KeyedThrottle::new(ThrottleRates::default())),
            cursors: Arc::new(HmacCursorSealer::random().unwrap()),
            answers: Arc::new(AeadAnswerSealer::from_secret(&secret).unwrap()),
            mailer: other.unwrap_or_else(|| Arc::clone(&mailer) as _),
            mail_sealer: Arc::new(AeadMailSealer::from_secret(&secret).unwrap()),
            text_records: Arc::clone(&records) as _,
        };
        Self { guildhall: Guildhall::new(ports, settings), store, clock, mailer, records, ids }
    }

    /// The same installation under other rules.
    pub fn reopened(&self, settings: Settings) -> Self {
        Self::made_of(Arc::clone(&self.store), CHEAP, settings, None, Arc::clone(&self.ids))
    }

    /// Somebody with power over the installation.
    pub async fn superadmin(&self, name: &str) -> Person {
        let person = self.register(name).await;
        self.guildhall.set_superadmin(&person.caller.email, true).await.unwrap();
        let caller = self.guildhall.authenticate(&person.token, request()).await.unwrap();
        Person { caller, ..person }
    }

    pub fn guildhall_now(&self) -> guildhall_domain::Timestamp {
        guildhall_ports::Clock::now(&*self.clock)
    }

    pub async fn register(&self, name: &str) -> Person {
        let command = Register {
            email: email(name),
            password: SecretString::from(PASSWORD),
            name: Name::parse(name).unwrap(),
            organization: Some(Name::parse(&format!("{name} Incorporated")).unwrap()),
            invitation: None,
        };
        let logged_in = self.guildhall.register(command, request()).await.unwrap();
        self.person(logged_in).await
    }

    /// Registers without naming an organization.
    pub async fn sign_up(&self, name: &str, address: &str) -> Person {
        let command = Register {
            email: Email::parse(address).unwrap(),
            password: SecretString::from(PASSWORD),
            name: Name::parse(name).unwrap(),
            organization: None,
            invitation: None,
        };
        // From somewhere else each time: it is not throttling that is tested.
        let request = RequestContext { ip_address: None, ..request() };
        let logged_in = self.guildhall.register(command, request).await.unwrap();
        self.person(logged_in).await
    }

    /// The same, and follows the link that shows whose the address is.
    pub async fn sign_up_verified(&self, name: &str, address: &str) -> Person {
        let person = self.sign_up(name, address).await;
        self.guildhall.deliver_mail().await.unwrap();
        let token = SecretString::from(self.mailer.token_for(address).unwrap());
        let caller = Caller { request: RequestContext { ip_address: None, ..request() }, ..person.caller.clone() };
        self.guildhall.verify_email(&caller, &token).await.unwrap();
        person
    }

    pub async fn person(&self, logged_in: LoggedIn) -> Person {
        let token = logged_in.token.expose_secret().to_owned();
        let caller = self.guildhall.authenticate(&token, request()).await.unwrap();
        let organization =
            logged_in.organization.map_or(OrganizationId::from(uuid::Uuid::nil()), |o| o.organization.id);
        Person { token, caller, organization }
    }

    pub async fn login(&self, name: &str, password: &str) -> Result<LoggedIn, AppError> {
        self.guildhall.login(Login { email: email(name), password: SecretString::from(password) }, request()).await
    }

    pub async fn add(&self, owner: &Person, who: &Person, role: &str) -> MemberProfile {
        let account = AccountRef::Id(who.caller.actor.user_id);
        let command = AddMember { account, role: RoleRef::parse(role).unwrap(), access: AccessAsked::default() };
        self.guildhall.add_member(&owner.caller, OrganizationRef::Id(owner.organization), command).await.unwrap()
    }

    /// The audit log of somebody's own organization, newest first.
    pub async fn log(&self, owner: &Person) -> Vec<AuditRecord> {
        let organization = OrganizationRef::Id(owner.organization);
        let (filter, first) = (AuditFilter::default(), ListRequest::default());
        self.guildhall.list_audit_events(&owner.caller, organization, &filter, &first).await.unwrap().items
    }

    pub async fn reports(&self) -> Vec<ChainReport> {
        let mut reports = Vec::new();
        self.guildhall.verify_all_audit_logs(|report| reports.push(report)).await.unwrap();
        reports
    }
}

pub fn email(name: &str) -> Email {
    Email::parse(&format!("{}@example.com", name.to_lowercase().replace(' ', "."))).unwrap()
}

pub fn request() -> RequestContext {
    RequestContext {
        request_id: Some("request-1".to_owned()),
        ip_address: Some("192.0.2.7".to_owned()),
        user_agent: Some("test".to_owned()),
        repeatable: None,
    }
}
