use diesel::result::{DatabaseErrorInformation, DatabaseErrorKind, Error};
use guildhall_ports::store::{Constraint, StoreError};

/// What a failed statement means to the rules.
pub(crate) fn store_error(error: Error) -> StoreError {
    match error {
        Error::NotFound => StoreError::NotFound,
        Error::DatabaseError(kind, information) => database_error(kind, information.as_ref()),
        Error::BrokenTransactionManager => StoreError::Unavailable("the connection broke".to_owned()),
        other => StoreError::Corrupt(other.to_string()),
    }
}

fn database_error(kind: DatabaseErrorKind, information: &dyn DatabaseErrorInformation) -> StoreError {
    let message = information.message();
    match kind {
        DatabaseErrorKind::UniqueViolation | DatabaseErrorKind::ForeignKeyViolation => {
            violation(information.constraint_name().unwrap_or_default(), message)
        }
        DatabaseErrorKind::CheckViolation => match information.constraint_name() {
            Some(
                "credit_grants_left_in_range"
                | "credit_usage_used_not_negative"
                | "credit_workspace_usage_used_not_negative"
                | "credit_workspace_totals_used_not_negative",
            ) => StoreError::Conflict(Constraint::LimitReached),
            _ => StoreError::Corrupt(message.to_owned()),
        },
        DatabaseErrorKind::SerializationFailure => StoreError::Serialization,
        DatabaseErrorKind::UnableToSendCommand | DatabaseErrorKind::ClosedConnection => {
            StoreError::Unavailable(message.to_owned())
        }
        DatabaseErrorKind::ReadOnlyTransaction => {
            StoreError::Corrupt("a reading unit of work was asked to write".to_owned())
        }
        _ => by_message(message),
    }
}

fn violation(constraint: &str, message: &str) -> StoreError {
    match constraint {
        "users_email_key" | "users_id_email_key" => StoreError::Conflict(Constraint::UserEmail),
        "organizations_slug_key" => StoreError::Conflict(Constraint::OrganizationSlug),
        "memberships_organization_id_user_id_key" => StoreError::Conflict(Constraint::MembershipExists),
        "roles_organization_id_name_key_key" => StoreError::Conflict(Constraint::RoleName),
        // Both from the side of the member who is given a role, and of the
        // role that goes; `tables::roles` tells the second apart.
        "memberships_organization_id_role_id_fkey" => StoreError::Conflict(Constraint::UnknownRole),
        "memberships_user_id_email_fkey" => StoreError::Conflict(Constraint::UserHasMemberships),
        "invitations_organization_id_email_pending_key" => StoreError::Conflict(Constraint::InvitationPending),
        "organization_domains_organization_id_domain_key" => StoreError::Conflict(Constraint::DomainClaimed),
        "organization_domains_domain_verified_key" => StoreError::Conflict(Constraint::DomainTaken),
        "join_requests_organization_id_user_id_key" => StoreError::Conflict(Constraint::JoinRequestExists),
        "workspaces_organization_id_slug_key" => StoreError::Conflict(Constraint::WorkspaceSlug),
        "workspaces_organization_id_personal_of_key" => StoreError::Conflict(Constraint::PersonalWorkspaceExists),
        "workspaces_organization_id_group_id_fkey" => StoreError::Conflict(Constraint::UnknownWorkspaceGroup),
        "workspace_groups_organization_id_name_key_key" => StoreError::Conflict(Constraint::WorkspaceGroupName),
        "workspace_members_pkey" => StoreError::Conflict(Constraint::WorkspaceMemberExists),
        "workspace_members_organization_id_workspace_id_fkey"
        | "workspace_grants_organization_id_workspace_id_fkey" => StoreError::Conflict(Constraint::UnknownWorkspace),
        "workspace_members_organization_id_member_id_fkey" | "workspace_grants_organization_id_member_id_fkey" => {
            StoreError::Conflict(Constraint::UnknownMember)
        }
        "memberships_organization_id_fkey"
        | "roles_organization_id_fkey"
        | "sessions_user_id_fkey"
        | "user_passwords_user_id_fkey"
        | "email_verifications_user_id_fkey"
        | "invitations_organization_id_fkey"
        | "invitations_invited_by_fkey"
        | "departures_organization_id_fkey"
        | "organization_domains_organization_id_fkey"
        | "join_requests_organization_id_fkey"
        | "join_requests_user_id_fkey"
        | "mail_queue_organization_id_fkey"
        | "installation_default_organization_id_fkey"
        | "workspaces_organization_id_fkey"
        | "workspaces_personal_of_fkey"
        | "workspaces_created_by_fkey"
        | "workspace_groups_organization_id_fkey"
        | "workspace_members_organization_id_fkey"
        | "workspace_grants_organization_id_fkey"
        | "workspace_counts_organization_id_fkey"
        | "quota_usage_organization_id_fkey"
        | "credit_grants_organization_id_fkey"
        | "credit_transactions_organization_id_fkey"
        | "credit_reservations_organization_id_fkey"
        | "credit_usage_organization_id_fkey"
        | "credit_workspace_usage_organization_id_fkey"
        | "credit_workspace_totals_organization_id_fkey"
        | "workspace_budgets_organization_id_fkey"
        | "workspace_budgets_organization_id_workspace_id_fkey"
        | "member_quotas_organization_id_fkey"
        | "member_quotas_organization_id_member_id_fkey"
        | "idempotent_answers_organization_id_fkey"
        | "idempotent_answers_user_id_fkey"
        | "user_idempotent_answers_user_id_fkey" => StoreError::NotFound,
        _ => StoreError::Corrupt(message.to_owned()),
    }
}

/// The driver does not hand out the SQLSTATE of these, only the text, which
/// is English unless `lc_messages` says otherwise (`preflight` warns then).
fn by_message(message: &str) -> StoreError {
    const BUSY: [&str; 9] = [
        "canceling statement due to",
        "terminating connection",
        "the database system is",
        "too many clients",
        "remaining connection slots",
        "could not obtain lock",
        "out of memory",
        "out of shared memory",
        "No space left on device",
    ];
    if message.contains("deadlock detected") {
        StoreError::Serialization
    } else if BUSY.iter().any(|text| message.contains(text)) {
        StoreError::Unavailable(message.to_owned())
    } else {
        StoreError::Corrupt(message.to_owned())
    }
}
