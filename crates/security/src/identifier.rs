use guildhall_ports::IdGen;
use uuid::Uuid;

/// UUIDv7 from the machine's clock and random bits.
///
/// A counter shared by the whole process keeps them rising within one
/// millisecond and when the clock is set back, so that "newest first by id" is
/// true, and inserts go to the end of an index.
///
/// ```
/// use guildhall_ports::IdGen;
/// use guildhall_security::UuidV7Generator;
///
/// let (first, second) = (UuidV7Generator.next(), UuidV7Generator.next());
/// assert_eq!(first.get_version_num(), 7);
/// assert!(first < second);
/// ```
#[derive(Debug, Clone, Copy, Default)]
pub struct UuidV7Generator;

impl IdGen for UuidV7Generator {
    #[allow(clippy::disallowed_methods, reason = "this is the adapter of the IdGen port")]
    fn next(&self) -> Uuid {
        Uuid::now_v7()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use guildhall_ports::IdGen;

    use super::UuidV7Generator;

    #[test]
    fn identifiers_rise_within_a_thread_and_never_repeat_across_threads() {
        let threads: Vec<_> = (0..4)
            .map(|_| {
                std::thread::spawn(|| {
                    let ids: Vec<_> = (0..20_000).map(|_| UuidV7Generator.next()).collect();
                    assert!(ids.is_sorted_by(|a, b| a < b));
                    ids
                })
            })
            .collect();
        let all: HashSet<_> = threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect();
        assert_eq!(all.len(), 80_000);
    }
}
