/// Whether one of two texts contains what is searched, without regard to case.
pub(super) fn matches(search: Option<&str>, texts: [&str; 2]) -> bool {
    search.is_none_or(|search| {
        let search = search.to_lowercase();
        texts.into_iter().any(|text| text.to_lowercase().contains(&search))
    })
}
