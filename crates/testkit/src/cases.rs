//! How the suites become tests.

/// Makes a module of tests for each subject; see [`storage_conformance_suite`](crate::storage_conformance_suite).
#[doc(hidden)]
#[macro_export]
macro_rules! storage_cases {
    ($suite:ident, $factory:expr, $($subject:ident { $($case:ident,)+ })+) => {
        $(
            mod $subject {
                #[allow(unused_imports, clippy::wildcard_imports)]
                use super::*;

                $(
                    #[::tokio::test(flavor = "multi_thread")]
                    async fn $case() {
                        let (store, guard) = $factory.await;
                        $crate::$suite::$subject::$case(store).await;
                        drop(guard);
                    }
                )+
            }
        )+
    };
}
