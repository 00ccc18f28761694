use guildhall_domain::{Email, Name};

/// Whether a name or an address contains the text, without regard to case.
pub(super) fn matches(search: Option<&str>, email: &Email, name: &Name) -> bool {
    search.is_none_or(|search| {
        let search = search.to_lowercase();
        email.as_str().contains(&search) || name.as_str().to_lowercase().contains(&search)
    })
}
