/// The blueprints that come with Guildhall: one of its own, and one for each
/// of the documented products.
///
/// ```
/// use guildhall_domain::blueprint::BuiltIn;
/// assert_eq!(BuiltIn::find("mission-control"), Some(BuiltIn::MissionControl));
/// assert!(BuiltIn::Mipiti.source().contains("membership = \"exclusive\""));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BuiltIn {
    /// What holds where no blueprint is named.
    Default,
    /// One organization for each user, members added at once.
    Mipiti,
    /// Many organizations for each user, one made at registration.
    StrictOps,
    /// One organization for each user, one that newcomers share.
    NeoSc,
    /// Many organizations for each user, onboarding first, invitations accepted without a click.
    MissionControl,
}

impl BuiltIn {
    /// All of them, Guildhall's own first.
    pub const ALL: [Self; 5] = [Self::Default, Self::Mipiti, Self::StrictOps, Self::NeoSc, Self::MissionControl];

    /// The name, as in `--blueprint NAME`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Default => "default",
            Self::Mipiti => "mipiti",
            Self::StrictOps => "strictops",
            Self::NeoSc => "neosc",
            Self::MissionControl => "mission-control",
        }
    }

    /// The one with this name.
    pub fn find(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|built_in| built_in.name() == name)
    }

    /// The file: every key, with what it does.
    pub fn source(self) -> &'static str {
        match self {
            Self::Default => include_str!("../../blueprints/default.toml"),
            Self::Mipiti => include_str!("../../blueprints/mipiti.toml"),
            Self::StrictOps => include_str!("../../blueprints/strictops.toml"),
            Self::NeoSc => include_str!("../../blueprints/neosc.toml"),
            Self::MissionControl => include_str!("../../blueprints/mission-control.toml"),
        }
    }

    /// The blueprint itself.
    ///
    /// ```
    /// use guildhall_domain::blueprint::BuiltIn;
    /// assert!(BuiltIn::MissionControl.blueprint()?.invitations.auto_accept);
    /// # Ok::<(), guildhall_domain::blueprint::BlueprintError>(())
    /// ```
    ///
    /// # Errors
    /// None in practice: each is read in a test.
    #[cfg(feature = "toml")]
    pub fn blueprint(self) -> Result<super::Blueprint, super::BlueprintError> {
        super::Blueprint::from_toml(self.source())
    }
}
