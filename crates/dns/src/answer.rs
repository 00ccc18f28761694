use hickory_resolver::proto::rr::{Name, RData, Record};

/// The most records that are handed on.
const MOST_RECORDS: usize = 64;
/// The longest record that is handed on, in bytes; ours are far shorter.
const LONGEST_RECORD: usize = 1_024;

/// Where `name` is only another name for: the first target among the records.
pub(crate) fn alias_of(name: &Name, records: &[Record]) -> Option<Name> {
    records.iter().filter(|record| record.name == *name).find_map(|record| match &record.data {
        RData::CNAME(target) => Some(target.0.clone()),
        _ => None,
    })
}

/// The text records of `name`, each with its parts joined. Those that are too
/// long, or too many, are left out.
pub(crate) fn texts_of(name: &Name, records: &[Record]) -> Vec<String> {
    records
        .iter()
        .filter(|record| record.name == *name)
        .filter_map(|record| match &record.data {
            RData::TXT(text) => Some(text.txt_data.concat()),
            _ => None,
        })
        .filter(|text| text.len() <= LONGEST_RECORD)
        .take(MOST_RECORDS)
        .map(|text| String::from_utf8_lossy(&text).into_owned())
        .collect()
}
