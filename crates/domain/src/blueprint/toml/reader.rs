use std::collections::{BTreeMap, BTreeSet};

use ::toml::Spanned;
use ::toml::de::{DeTable, DeValue, Error};

use super::super::problem::{item_path, key_path};
use super::super::{BlueprintError, BlueprintProblem};
use crate::Invalid;

const ARRAY: &str = "must be an array, in square brackets";

/// Goes through a file and notes what is wrong with it, and where its keys are.
pub(super) struct Reader<'t> {
    text: &'t str,
    lines: BTreeMap<String, usize>,
    refused: BTreeSet<String>,
    problems: Vec<BlueprintProblem>,
}

impl<'t> Reader<'t> {
    pub fn new(text: &'t str) -> Self {
        Self { text, lines: BTreeMap::new(), refused: BTreeSet::new(), problems: Vec::new() }
    }

    pub fn root<'r>(&'r mut self, table: &'r DeTable<'t>) -> Section<'r, 't> {
        Section { reader: self, path: String::new(), table: Some(table), known: Vec::new() }
    }

    /// Refuses the file as a whole.
    pub fn refuse_file(&mut self, rule: Invalid) {
        self.problems.push(BlueprintProblem { line: None, key: String::new(), rule });
    }

    /// Refuses what is no TOML.
    pub fn refuse_syntax(&mut self, fault: &Error) {
        let line = self.line(fault.span().map_or(self.text.len(), |span| span.start));
        let rule = Invalid::new("syntax", format!("is not TOML: {}", fault.message()));
        let problem = BlueprintProblem { line: Some(line), key: String::new(), rule };
        if !self.problems.contains(&problem) {
            self.problems.push(problem);
        }
    }

    /// Notes a broken rule at its key, or at the other one where the file has
    /// only that. What was refused already breaks no further rules.
    pub fn refuse_rule(&mut self, key: String, other: Option<&str>, rule: Invalid) {
        if self.refused.contains(&key) || other.is_some_and(|other| self.refused.contains(other)) {
            return;
        }
        let key = match other {
            Some(other) if !self.lines.contains_key(&key) && self.lines.contains_key(other) => other.to_owned(),
            _ => key,
        };
        let line = self.lines.get(&key).copied();
        self.problems.push(BlueprintProblem { line, key, rule });
    }

    pub fn found_nothing_wrong(&self) -> bool {
        self.problems.is_empty()
    }

    pub fn into_error(self) -> BlueprintError {
        BlueprintError::new(self.problems)
    }

    fn refuse(&mut self, key: String, rule: Invalid) {
        let line = self.lines.get(&key).copied();
        self.refused.insert(key.clone());
        self.problems.push(BlueprintProblem { line, key, rule });
    }

    /// The line of a byte, counted from 1. Behind the last line break is no line.
    fn line(&self, at: usize) -> usize {
        let before = self.text.as_bytes().get(..at.min(self.text.trim_end().len())).unwrap_or_default();
        before.iter().filter(|&&byte| byte == b'\n').count() + 1
    }
}

/// One table of the file, or none where the file leaves it out.
pub(super) struct Section<'r, 't> {
    reader: &'r mut Reader<'t>,
    path: String,
    table: Option<&'r DeTable<'t>>,
    known: Vec<&'static str>,
}

impl<'r, 't> Section<'r, 't> {
    /// Reads `key` into `field`, where the file has it.
    pub fn read<T>(
        &mut self,
        key: &'static str,
        field: &mut T,
        value: impl FnOnce(&DeValue<'t>) -> Result<T, Invalid>,
    ) {
        let Some((path, found)) = self.find(key) else { return };
        match value(found.get_ref()) {
            Ok(value) => *field = value,
            Err(rule) => self.reader.refuse(path, rule),
        }
    }

    /// Reads `key` into `field`, and refuses a section without it.
    pub fn require<T>(
        &mut self,
        key: &'static str,
        field: &mut T,
        value: impl FnOnce(&DeValue<'t>) -> Result<T, Invalid>,
    ) {
        self.read(key, field, value);
        let path = key_path(&self.path, key);
        if self.reader.lines.contains_key(&path) {
            return;
        }
        if let Some(line) = self.reader.lines.get(&self.path).copied() {
            self.reader.lines.insert(path.clone(), line);
        }
        if self.table.is_some() {
            self.reader.refuse(path, Invalid::new("missing", "must be given"));
        } else {
            // What is no section at all was refused as that.
            self.reader.refused.insert(path);
        }
    }

    /// Reads the values of the array `key` into `field`, where the file has it.
    pub fn read_items<T, C: FromIterator<T>>(
        &mut self,
        key: &'static str,
        field: &mut C,
        value: impl Fn(&DeValue<'t>) -> Result<T, Invalid>,
    ) {
        let Some(items) = self.items(key, ARRAY) else { return };
        let reader = &mut *self.reader;
        let read = items.into_iter().filter_map(|(path, item)| match value(item.get_ref()) {
            Ok(value) => Some(value),
            Err(rule) => {
                reader.refuse(path, rule);
                None
            }
        });
        *field = read.collect();
    }

    /// The same for a list in which a value that is refused leaves its place
    /// empty, so that the others keep theirs.
    pub fn read_list<T: Default>(
        &mut self,
        key: &'static str,
        field: &mut Vec<T>,
        value: impl Fn(&DeValue<'t>) -> Result<T, Invalid>,
    ) {
        let Some(items) = self.items(key, ARRAY) else { return };
        let reader = &mut *self.reader;
        let read = items.into_iter().map(|(path, item)| {
            value(item.get_ref()).unwrap_or_else(|rule| {
                reader.refuse(path, rule);
                T::default()
            })
        });
        *field = read.collect();
    }

    /// Reads each section of the array `key` into `field`, where the file has it.
    /// All are kept, also those with problems, so that each keeps its place.
    pub fn read_sections<T>(&mut self, key: &'static str, field: &mut Vec<T>, read: impl Fn(Section<'_, 't>) -> T) {
        let Some(items) = self.items(key, "must be an array of sections, each with its own [[header]]") else { return };
        let reader = &mut *self.reader;
        let sections = items.into_iter().map(|(path, item)| read(Section::of(reader, path, Some(item.get_ref()))));
        *field = sections.collect();
    }

    /// The section `key`; an empty one where the file has none.
    pub fn section(&mut self, key: &'static str) -> Section<'_, 't> {
        let found = self.find(key);
        let path = found.as_ref().map_or_else(|| key_path(&self.path, key), |(path, _)| path.clone());
        Section::of(self.reader, path, found.map(|(_, found)| found.get_ref()))
    }

    /// Reads every key of a section whose keys are free.
    pub fn read_all<K: Ord, T>(self, entry: impl Fn(&str, &DeValue<'t>) -> Result<(K, T), Invalid>) -> BTreeMap<K, T> {
        let mut all = BTreeMap::new();
        for (key, found) in self.table.into_iter().flatten() {
            let path = key_path(&self.path, key.get_ref());
            self.reader.lines.insert(path.clone(), self.reader.line(key.span().start));
            match entry(key.get_ref(), found.get_ref()) {
                Ok((key, value)) => {
                    all.insert(key, value);
                }
                Err(rule) => self.reader.refuse(path, rule),
            }
        }
        all
    }

    /// Reads every section of a section whose keys are free.
    pub fn read_all_sections<K: Ord, T>(
        self,
        name: impl Fn(&str) -> Result<K, Invalid>,
        read: impl Fn(Section<'_, 't>) -> T,
    ) -> BTreeMap<K, T> {
        let mut all = BTreeMap::new();
        for (key, found) in self.table.into_iter().flatten() {
            let path = key_path(&self.path, key.get_ref());
            self.reader.lines.insert(path.clone(), self.reader.line(key.span().start));
            match name(key.get_ref()) {
                Ok(name) => {
                    all.insert(name, read(Section::of(self.reader, path, Some(found.get_ref()))));
                }
                Err(rule) => self.reader.refuse(path, rule),
            }
        }
        all
    }

    /// Refuses the keys that nobody asked for.
    pub fn close(self) {
        for (key, _) in self.table.into_iter().flatten() {
            let name: &str = key.get_ref();
            if self.known.contains(&name) {
                continue;
            }
            let path = key_path(&self.path, name);
            self.reader.lines.insert(path.clone(), self.reader.line(key.span().start));
            let rule = Invalid::new("unknown_key", format!("is not a key; known here: {}", self.known.join(", ")));
            self.reader.refuse(path, rule);
        }
    }

    /// The section that a value is; an empty one where it is none.
    fn of(reader: &'r mut Reader<'t>, path: String, found: Option<&'r DeValue<'t>>) -> Self {
        let table = match found {
            Some(DeValue::Table(table)) => Some(table),
            Some(_) => {
                let rule = Invalid::new("wrong_type", "must be a section with keys of its own");
                reader.refuse(path.clone(), rule);
                None
            }
            None => None,
        };
        Section { reader, path, table, known: Vec::new() }
    }

    /// The values of the array `key`, each with its path, where the file has it.
    fn items(&mut self, key: &'static str, rule: &'static str) -> Option<Vec<(String, &'r Spanned<DeValue<'t>>)>> {
        let (array, found) = self.find(key)?;
        let DeValue::Array(items) = found.get_ref() else {
            self.reader.refuse(array, Invalid::new("wrong_type", rule));
            return None;
        };
        let mut found = Vec::new();
        for (index, item) in items.iter().enumerate() {
            let path = item_path(&array, index);
            self.reader.lines.insert(path.clone(), self.reader.line(item.span().start));
            found.push((path, item));
        }
        Some(found)
    }

    fn find(&mut self, key: &'static str) -> Option<(String, &'r Spanned<DeValue<'t>>)> {
        self.known.push(key);
        let (name, found) = self.table?.get_key_value(key)?;
        let path = key_path(&self.path, key);
        self.reader.lines.insert(path.clone(), self.reader.line(name.span().start));
        Some((path, found))
    }
}
