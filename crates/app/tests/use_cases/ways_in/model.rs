//! Which memberships there should be after each step.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

/// The rules of a run.
#[derive(Debug, Default, Clone, Copy)]
pub struct Rules {
    pub exclusive: bool,
    /// Whether signing up leads into one organization that all share.
    pub shared: bool,
    pub auto_accept: bool,
}

pub fn rules() -> impl Strategy<Value = Rules> {
    (any::<bool>(), any::<bool>(), any::<bool>()).prop_map(|(exclusive, shared, auto_accept)| Rules {
        exclusive,
        shared,
        auto_accept,
    })
}

/// The organization that all share, while there is one.
#[derive(Debug, Default, Clone)]
pub struct Shared {
    pub owner: usize,
    pub others: BTreeSet<usize>,
    /// Whether anybody but its owner was ever in it.
    pub touched: bool,
    pub departed: BTreeSet<usize>,
}

/// What should be, in a few lines.
#[derive(Debug, Default, Clone)]
pub struct Model {
    pub rules: Rules,
    pub shared: Option<Shared>,
    /// Members, by user and organization.
    pub members: BTreeSet<(usize, usize)>,
    /// Users with an organization that signing up brought, and with one that they made.
    pub placeholder: BTreeSet<usize>,
    pub founded: BTreeMap<usize, usize>,
    /// Pending invitations, in the order in which they were made.
    pub pending: Vec<(usize, usize)>,
    pub departed: BTreeSet<(usize, usize)>,
    pub requested: BTreeSet<usize>,
    pub automatic: bool,
}

impl Model {
    /// Whether a user may come into `organization`; then what gives way is gone.
    pub fn make_room(&mut self, user: usize, organization: Option<usize>) -> bool {
        if !self.rules.exclusive {
            return true;
        }
        let elsewhere = self.members.iter().any(|(u, o)| *u == user && Some(*o) != organization);
        if elsewhere || self.founded.contains_key(&user) {
            return false;
        }
        // What nobody has made anything of is deleted; the shared one is left by who does not own it.
        match &mut self.shared {
            Some(shared) if shared.owner == user && shared.touched => return false,
            Some(shared) if shared.owner == user => self.shared = None,
            Some(shared) => {
                shared.others.remove(&user);
            }
            None => {}
        }
        self.placeholder.remove(&user);
        true
    }

    /// Takes a pending invitation away; whether there was one.
    pub fn settle(&mut self, user: usize, organization: usize) -> bool {
        let before = self.pending.len();
        self.pending.retain(|it| *it != (user, organization));
        self.pending.len() < before
    }

    pub fn is_in_shared(&self, user: usize) -> bool {
        self.shared.as_ref().is_some_and(|shared| shared.owner == user || shared.others.contains(&user))
    }

    /// Where signing up leads who belongs nowhere.
    pub fn place(&mut self, user: usize) {
        match &mut self.shared {
            _ if !self.rules.shared => {
                self.placeholder.insert(user);
            }
            None => self.shared = Some(Shared { owner: user, ..Shared::default() }),
            Some(shared) if shared.departed.contains(&user) => {}
            Some(shared) => {
                shared.others.insert(user);
                shared.touched = true;
            }
        }
    }

    pub fn join(&mut self, user: usize, organization: usize) {
        self.members.insert((user, organization));
        self.departed.remove(&(user, organization));
        if organization == 0 {
            self.requested.remove(&user);
        }
    }

    pub fn depart(&mut self, user: usize, organization: usize) {
        self.members.remove(&(user, organization));
        self.departed.insert((user, organization));
        // No door is left open behind them.
        self.settle(user, organization);
    }

    /// What a verified address opens by itself.
    pub fn welcome(&mut self, user: usize) {
        let only_signed_up = !self.members.iter().any(|(u, _)| *u == user) && !self.founded.contains_key(&user);
        let oldest = self.pending.iter().copied().find(|(u, _)| *u == user);
        if let Some((_, organization)) = oldest.filter(|_| self.rules.auto_accept && only_signed_up)
            && self.make_room(user, Some(organization))
        {
            self.settle(user, organization);
            self.join(user, organization);
        }
        if self.automatic && !self.departed.contains(&(user, 0)) && !self.members.contains(&(user, 0)) {
            // A door that opens by itself makes room like any other.
            if self.make_room(user, Some(0)) {
                self.join(user, 0);
            }
        }
    }

    pub fn count(&self, user: usize) -> usize {
        self.members.iter().filter(|(u, _)| *u == user).count()
            + usize::from(self.placeholder.contains(&user))
            + usize::from(self.is_in_shared(user))
            + self.founded.get(&user).copied().unwrap_or(0)
    }
}
