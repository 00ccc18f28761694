use std::num::NonZeroUsize;

use guildhall_security::{Argon2Parameters, HashBound, PasswordLimits};
use serde::{Deserialize, Serialize};

use super::check_range;

/// What passwords cost and must be.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PasswordConfig {
    /// Memory of one argon2id hash, in KiB.
    pub memory_kib: u32,
    /// Passes over the memory.
    pub iterations: u32,
    /// Lanes of the memory.
    pub parallelism: u32,
    /// Hashes at once; one for each core where none is given.
    pub concurrency: Option<NonZeroUsize>,
    /// Logins that may wait for a hash; beyond them the answer is 503.
    pub queue: usize,
    /// The shortest password, in characters.
    pub min_length: usize,
    /// The longest password, in characters.
    pub max_length: usize,
    /// The least score of zxcvbn, 0 to 4.
    pub min_score: u8,
}

impl Default for PasswordConfig {
    fn default() -> Self {
        let Argon2Parameters { memory_kib, iterations, parallelism } = Argon2Parameters::default();
        let PasswordLimits { min_length, max_length, min_score } = PasswordLimits::default();
        Self {
            memory_kib,
            iterations,
            parallelism,
            concurrency: None,
            queue: HashBound::default().queue,
            min_length,
            max_length,
            min_score,
        }
    }
}

impl PasswordConfig {
    /// What a hash costs.
    pub fn parameters(&self) -> Argon2Parameters {
        Argon2Parameters { memory_kib: self.memory_kib, iterations: self.iterations, parallelism: self.parallelism }
    }

    /// How many hashes run and wait.
    pub fn bound(&self) -> HashBound {
        HashBound { permits: self.concurrency.unwrap_or_else(|| HashBound::default().permits), queue: self.queue }
    }

    /// What a password must be.
    pub fn limits(&self) -> PasswordLimits {
        PasswordLimits { min_length: self.min_length, max_length: self.max_length, min_score: self.min_score }
    }

    pub(super) fn check(&self, problems: &mut Vec<String>) {
        const GIBIBYTE: u32 = 1 << 20;
        check_range(problems, "password.memory_kib", self.memory_kib, 8, GIBIBYTE);
        check_range(problems, "password.iterations", self.iterations, 1, 100);
        check_range(problems, "password.parallelism", self.parallelism, 1, 64);
        if self.memory_kib < self.parallelism.saturating_mul(8) {
            problems.push(
                "`password.memory_kib` is too little: set it to 8 at least for each of `password.parallelism`"
                    .to_owned(),
            );
        }
        check_range(problems, "password.queue", self.queue, 0, 100_000);
        check_range(problems, "password.min_length", self.min_length, 1, 128);
        check_range(problems, "password.max_length", self.max_length, 64, 1_024);
        check_range(problems, "password.min_score", self.min_score, 0, 4);
    }
}
