//! What credits ask.

use guildhall_domain::credits::{
    Amount, CreditGrant, CreditQuota, CreditTransaction, Entry, GrantTerms, LedgerAccount, Movement, MovementKind,
    PeriodKey, Reservation, ReservationState, SpendBy,
};
use guildhall_domain::page::{PageRequest, PageSize};
use guildhall_domain::{Email, Name, User};
use guildhall_ports::store::{CreditNeeds, CreditTransactionFilter, CreditWrites, IdempotentRequest, WorkspaceLimits};
use uuid::Uuid;

use super::workspaces::{has, member, organization, seed, user, working, workspace};
use super::{AT, ID, assert_served_by_indexes, behind, plans};
use crate::table::{
    credit_members, credit_transaction_lists, credit_transactions, credits, member_quotas, user_idempotent_answers,
    users, workspace_budgets, workspaces,
};

/// A transaction with which the lists are written.
fn turn() -> Uuid {
    (9..).map(Uuid::from_u128).find(|id| credit_transaction_lists::is_turn(*id)).unwrap()
}

/// One so far behind it.
fn later(more: i128) -> Uuid {
    Uuid::from_u128(turn().as_u128().saturating_add_signed(more))
}

fn day() -> PeriodKey {
    PeriodKey::parse("2026-11-22").unwrap()
}

fn month() -> PeriodKey {
    PeriodKey::parse("2026-11").unwrap()
}

fn request() -> IdempotentRequest {
    IdempotentRequest { user_id: user(), operation: "consume".into(), key: "a".to_owned(), fingerprint: "b".to_owned() }
}

/// So many of everything.
fn needs(number: u128) -> CreditNeeds {
    let ids: Vec<Uuid> = (1..=number).map(Uuid::from_u128).collect();
    CreditNeeds {
        now: AT,
        day: day(),
        month: month(),
        users: ids.iter().map(|id| (*id).into()).collect(),
        workspaces: ids.iter().map(|id| ((*id).into(), user())).collect(),
        grants: ids.iter().map(|id| (*id).into()).collect(),
        reservations: ids.iter().map(|id| (*id).into()).collect(),
        refunds: ids.iter().map(|id| (*id).into()).collect(),
        requests: ids.iter().map(|_| request()).collect(),
    }
}

/// A spend of one credit that is held as well, and has an answer.
fn writes(id: Uuid) -> CreditWrites {
    let grant =
        CreditGrant { id: ID.into(), terms: GrantTerms::of(Amount::new(9).unwrap()), available: 0, reserved: 0 };
    let entry = |account, amount| Entry { account, grant: grant.id, amount };
    let entries = vec![entry(LedgerAccount::Pool, -1), entry(LedgerAccount::Consumed, 1)];
    let transaction = CreditTransaction {
        id: id.into(),
        organization_id: organization(),
        movement: Movement { kind: MovementKind::Consume, amount: 1, entries },
        user_id: Some(user()),
        actor_id: Some(user()),
        workspace_id: Some(ID.into()),
        operation: Some(Name::parse("generation").unwrap()),
        reservation_id: None,
        reverses: None,
        day: day(),
        month: month(),
        reason: None,
        created_at: AT,
    };
    let reservation = Reservation {
        id: ID.into(),
        by: SpendBy::member(user()),
        held: vec![(grant.id, 1)],
        state: ReservationState::Open,
        expires_at: AT,
        day: day(),
        month: month(),
    };
    let mut writes = CreditWrites { transactions: vec![transaction], ..CreditWrites::default() };
    writes.changes.grants.insert(grant.id, grant);
    writes.changes.reservations.insert(reservation.id, reservation);
    writes.changes.usage.insert((user(), day()), 2);
    writes.changes.usage.insert((user(), month()), 2);
    writes.changes.workspace_usage.insert((ID.into(), user(), day()), 2);
    let asked = IdempotentRequest { key: id.to_string(), ..request() };
    writes.answers.insert(id.into(), (asked, "c".to_owned()));
    writes
}

/// Asserts that nothing is read from end to end but the list of what is asked for, and nothing is sorted.
fn assert_finds(what: &str, steps: &[String]) {
    for step in steps {
        let asked = step.starts_with("SCAN u VIRTUAL TABLE") || step.starts_with("SCAN json_each VIRTUAL TABLE");
        let is_row = step == "SCAN CONSTANT ROW";
        assert!(asked || is_row || !step.starts_with("SCAN"), "{what}: {step}");
        assert!(!step.contains("TEMP B-TREE") && !step.contains("AUTOMATIC"), "{what}: {step}");
    }
}

// R-SPEED: what every spend waits for.
#[test]
fn the_state_is_found_by_indexes_whatever_is_named() {
    let mut texts = Vec::new();
    for number in [1, 64] {
        let ask = working(move |c| {
            seed(c)?;
            credits::write(c, organization(), &writes(ID), AT)?;
            credits::read(c, organization(), &needs(number))
        });
        let mut steps = plans(ask);
        assert_finds("state", &steps);
        for wanted in [
            "credit_grants_left (organization_id=?)",
            "credit_grants USING PRIMARY KEY (organization_id=? AND id=?)",
            "credit_reservations_open (organization_id=? AND expires_at<?)",
            "credit_reservations USING PRIMARY KEY (organization_id=? AND id=?)",
            "m USING INDEX sqlite_autoindex_memberships_2 (organization_id=? AND user_id=?)",
            "q USING PRIMARY KEY (organization_id=? AND member_id=?)",
            "d USING PRIMARY KEY (organization_id=? AND user_id=? AND period=?)",
            "n USING PRIMARY KEY (organization_id=? AND user_id=? AND period=?)",
            "w USING PRIMARY KEY (organization_id=? AND id=?)",
            "credit_transactions USING INDEX credit_transactions_by_request \
             (organization_id=? AND actor_id=? AND request_operation=? AND request_key=?)",
            "wm USING PRIMARY KEY (organization_id=? AND workspace_id=? AND member_id=?)",
            "b USING PRIMARY KEY (organization_id=? AND workspace_id=?)",
            "d USING PRIMARY KEY (organization_id=? AND workspace_id=? AND period=?)",
            "n USING PRIMARY KEY (organization_id=? AND workspace_id=? AND period=?)",
            "credit_transactions USING PRIMARY KEY (organization_id=? AND id=?)",
            "credit_transactions_reversing (organization_id=? AND reverses=?)",
        ] {
            assert!(has(&steps, wanted), "{wanted}: {steps:?}");
        }
        steps.dedup();
        texts.push(steps);
    }
    // The same statements whatever the number.
    assert_eq!(texts[0], texts[1]);
    // And few where nothing is named.
    assert_served_by_indexes("what is left", |c| credits::read(c, organization(), &needs(0)));
    assert_eq!(plans(|c| credits::read(c, organization(), &needs(0))).len(), 2);
}

#[test]
fn transactions_are_listed_by_indexes_in_their_order() {
    let every = CreditTransactionFilter::default;
    for page in [PageRequest::first(PageSize::MAX), PageRequest { size: PageSize::MAX, after: Some(later(1)) }] {
        for filter in [
            CreditTransactionFilter { user_id: Some(user()), ..every() },
            CreditTransactionFilter { workspace_id: Some(ID.into()), ..every() },
            CreditTransactionFilter { kind: Some(MovementKind::Consume), ..every() },
            CreditTransactionFilter {
                user_id: Some(user()),
                workspace_id: Some(ID.into()),
                kind: Some(MovementKind::Consume),
            },
        ] {
            let steps = plans(working(|c| {
                seed(c)?;
                credits::write(c, organization(), &writes(turn()), AT)?;
                credit_transactions::list(c, organization(), &filter, &page)
            }));
            assert_finds("list", &steps);
            for wanted in [
                "credit_transactions_listed USING PRIMARY KEY (organization_id=?)",
                "credit_transactions USING PRIMARY KEY (organization_id=? AND id>?",
                "credit_transaction_lists USING PRIMARY KEY (organization_id=? AND list=? AND subject=?",
                "credit_transactions USING PRIMARY KEY (organization_id=? AND id=?)",
            ] {
                assert!(has(&steps, wanted), "{wanted}: {steps:?}");
            }
        }
        let steps = plans(|c| credit_transactions::list(c, organization(), &every(), &page));
        assert_finds("ledger", &steps);
        assert!(steps.len() == 1 && has(&steps, "PRIMARY KEY (organization_id=?"), "{steps:?}");
    }
}

// R-SPEED: whether the lists are due, or not, or a transaction comes late.
#[test]
fn lists_follow_by_indexes() {
    for ids in [[later(-1), turn()], [turn(), later(-1)], [later(-1), later(-2)]] {
        let steps = plans(working(move |c| {
            seed(c)?;
            ids.iter().try_for_each(|id| credits::write(c, organization(), &writes(*id), AT))
        }));
        assert_finds("lists", &steps);
    }
}

#[test]
fn usage_is_listed_by_indexes_in_its_order() {
    for page in [PageRequest::first(PageSize::MAX), behind()] {
        for (workspace, key) in [
            (None, "(organization_id=? AND user_id=? AND period=?)"),
            (Some(ID.into()), "(organization_id=? AND workspace_id=? AND user_id=? AND period=?)"),
        ] {
            let steps = plans(|c| credit_members::list(c, organization(), (&day(), &month()), workspace, &page));
            assert_finds("usage", &steps);
            assert!(steps[0].contains("memberships_by_email"), "{steps:?}");
            for alias in ["d", "n"] {
                let wanted = format!("{alias} USING PRIMARY KEY {key}");
                assert!(has(&steps, &wanted), "{wanted}: {steps:?}");
            }
        }
    }
}

#[test]
fn what_is_kept_is_read_of_one_organization() {
    let steps = plans(|c| credits::kept(c, organization()));
    assert_finds("kept", &steps);
    assert_eq!(steps.len(), 5, "{steps:?}");
    assert!(has(&steps, "credit_reservations_open (organization_id=?)"), "{steps:?}");
}

// R-IDEM: and those of an account.
#[test]
fn answers_of_an_account_are_found_and_forgotten_by_indexes() {
    let find = |c: &mut diesel::SqliteConnection| user_idempotent_answers::find(c, &request());
    assert_served_by_indexes("answer", find);
    let steps = plans(|c| user_idempotent_answers::forget(c, user(), AT));
    assert_finds("forget", &steps);
    assert!(has(&steps, "user_idempotent_answers_by_age (user_id=? AND created_at<?)"), "{steps:?}");
    let steps = plans(working(|c| {
        let (email, name) = (Email::parse("gone@example.com").unwrap(), Name::parse("Gone").unwrap());
        let gone = User::new(ID.into(), email, name, AT);
        users::insert(c, &gone)?;
        users::delete(c, gone.id)
    }));
    assert_finds("deleted account", &steps);
    assert!(has(&steps, "idempotent_answers_by_user (user_id=?)"), "{steps:?}");
}

#[test]
fn what_came_of_requests_is_written_by_prepared_statements() {
    let ask = working(|c| {
        seed(c)?;
        credits::write(c, organization(), &writes(ID), AT)?;
        let mut less = writes(Uuid::from_u128(2));
        less.changes.usage.values_mut().for_each(|change| *change = -2);
        less.changes.workspace_usage.values_mut().for_each(|change| *change = -2);
        less.answers.values_mut().for_each(|(request, _)| request.key = "another".to_owned());
        credits::write(c, organization(), &less, AT)?;
        let quota = CreditQuota::default();
        member_quotas::put(c, organization(), member(), quota, AT)?;
        member_quotas::put(c, organization(), member(), quota, AT)?;
        workspaces::insert(c, &workspace(), WorkspaceLimits::default())?;
        workspace_budgets::put(c, organization(), ID.into(), quota, AT)?;
        workspace_budgets::put(c, organization(), ID.into(), quota, AT)
    });
    assert_finds("writes", &plans(ask));
}
