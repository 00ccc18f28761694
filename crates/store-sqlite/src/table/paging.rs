use diesel::define_sql_function;
use diesel::sql_types::Text;
use guildhall_domain::page::PageRequest;

/// How many rows to read for a page: one more tells whether there is a next.
pub(super) fn rows<P>(page: &PageRequest<P>) -> i64 {
    i64::try_from(page.size.items()).unwrap_or(i64::MAX).saturating_add(1)
}

define_sql_function! {
    /// Where `needle` first stands in `haystack`; zero where it does not. Every
    /// character stands for itself, unlike with LIKE.
    fn instr(haystack: Text, needle: Text) -> Integer;
}
