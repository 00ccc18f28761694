//! Positions of pages travel as bytes and come back, and no bytes make them panic (R-TEN-3).

use guildhall_domain::page::{KeyPosition, Page, PageSize, Position};
use proptest::collection::vec;
use proptest::prelude::*;
use uuid::Uuid;

fn key_position() -> impl Strategy<Value = KeyPosition> {
    (any::<String>(), any::<u128>()).prop_map(|(key, id)| KeyPosition { key, id: Uuid::from_u128(id) })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn positions_come_back(key in key_position(), id in any::<u128>(), sequence in any::<u64>()) {
        prop_assert_eq!(KeyPosition::from_bytes(&key.to_bytes()), Some(key));
        let id = Uuid::from_u128(id);
        prop_assert_eq!(Uuid::from_bytes(id.to_bytes().try_into().expect("16 bytes")), id);
        prop_assert_eq!(<Uuid as Position>::from_bytes(&id.to_bytes()), Some(id));
        prop_assert_eq!(u64::from_bytes(&sequence.to_bytes()), Some(sequence));
    }

    /// What is accepted means exactly the bytes that it was read from: no two cursors for one place.
    #[test]
    fn any_bytes_are_read_without_panic(bytes in vec(any::<u8>(), 0..64)) {
        if let Some(position) = KeyPosition::from_bytes(&bytes) {
            prop_assert_eq!(position.to_bytes(), bytes.clone());
        }
        prop_assert_eq!(<Uuid as Position>::from_bytes(&bytes).is_some(), bytes.len() == 16);
        prop_assert_eq!(u64::from_bytes(&bytes).is_some(), bytes.len() == 8);
    }

    /// A page has at most its size, and says where the next begins exactly when there is one.
    #[test]
    fn pages_are_cut_to_size(items in 0..=101u64, size in 1..=100u64) {
        let page = Page::from_surplus((0..items).collect(), PageSize::new(size).expect("a good size"), |item| *item);
        prop_assert_eq!(page.items.len() as u64, items.min(size));
        prop_assert_eq!(page.next, (items > size).then(|| size - 1));
    }

    #[test]
    fn sizes_are_bounded(items in any::<u64>()) {
        prop_assert_eq!(PageSize::new(items).is_ok(), (1..=100).contains(&items));
    }
}
