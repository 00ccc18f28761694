//! Kinds of workspaces, and quotas.

use super::super::{DefaultWorkspaceAccess, FieldRule, Quota, WorkspaceKind};
use super::reader::Section;
use super::value::{choice, flag, not_negative, number, plain_text, text};
use crate::{FieldName, FieldType, LimitName, Name, WorkspaceKindName};

impl WorkspaceKind {
    pub(super) fn read(mut section: Section<'_, '_>) -> Self {
        let mut kind = Self::new(WorkspaceKindName::workspace(), LimitName::workspaces());
        section.require("name", &mut kind.name, text);
        section.require("plural", &mut kind.plural, text);
        section.read("label", &mut kind.label, |value| text(value).map(Some));
        let access = [
            ("none", DefaultWorkspaceAccess::None),
            ("read", DefaultWorkspaceAccess::Read),
            ("write", DefaultWorkspaceAccess::Write),
        ];
        section.read("default_access", &mut kind.default_access, choice(&access));
        section.read("can_be_personal", &mut kind.can_be_personal, flag);
        kind.limits = section.section("limits").read_all(|name, value| {
            let name = LimitName::parse(name)?;
            Ok((name, number(|it| Self::own_limit(not_negative(it)))(value)?))
        });
        kind.fields = section.section("fields").read_all_sections(FieldName::parse, FieldRule::read);
        section.close();
        kind
    }
}

impl FieldRule {
    fn read(mut section: Section<'_, '_>) -> Self {
        let mut rule = Self { field_type: FieldType::Text, required: false, choices: Vec::new() };
        let types = [("text", FieldType::Text), ("integer", FieldType::Integer), ("boolean", FieldType::Boolean)];
        section.require("type", &mut rule.field_type, choice(&types));
        section.read("required", &mut rule.required, flag);
        section.read_list("choices", &mut rule.choices, |value| Self::choice(plain_text(value)?));
        section.close();
        rule
    }
}

impl Quota {
    pub(super) fn read(mut section: Section<'_, '_>) -> Self {
        // Neither is left: both keys must be given.
        let mut quota = Self { name: LimitName::members(), unit: Name::personal() };
        section.require("name", &mut quota.name, text);
        section.require("unit", &mut quota.unit, text);
        section.close();
        quota
    }
}
