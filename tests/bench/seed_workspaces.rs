//! Two organizations with the same 50 members, each of whom may read 100
//! workspaces: of 100 in one, of 10,000 in the other.

use std::path::Path;

use super::{Dialect, Kind, OrganizationsOf, identifier, memberships, sessions, users};

/// Members who are given access one by one.
const READERS: u64 = 50;
/// How many workspaces each of them may read.
const READABLE: u64 = 100;
/// How many workspaces the larger organization has.
const MANY: u64 = 10_000;

/// Writes `readers`: a token and a workspace of the larger organization each;
/// and the two organizations' ids as `few` and `many`.
pub fn script(dialect: &dyn Dialect, folder: &Path, sql: &mut String) {
    *sql += &users(dialect, Kind::Reader, "reader", READERS);
    let tokens = sessions(dialect, Kind::ReaderSession, Kind::Reader, READERS, sql);
    let organizations = OrganizationsOf { kind: Kind::WorkspaceOrganization, name: "workspaces", members: READERS };
    *sql += &organizations.insert(dialect, 2);
    for (number, workspaces, first_membership) in [(1, READABLE, 0), (2, MANY, READERS)] {
        let organization = dialect.id(Kind::WorkspaceOrganization, &number.to_string());
        let member = |of: &str| dialect.id(Kind::ReaderMembership, &format!("{of} + {first_membership}"));
        let user = dialect.id(Kind::Reader, "i");
        let made = memberships(dialect, READERS, &organization, &member("i"), &user, "'reader' || i", "i = 1");
        *sql += &made.replace("ELSE 'admin'", "ELSE 'member'");
        let workspace = |of: &str| dialect.id(Kind::Workspace, &format!("{of} + {}", number * 1_000_000));
        let (id, now, series) = (workspace("i"), dialect.now(), dialect.series(workspaces));
        let (search_column, search_value) = dialect.workspace_search();
        *sql += &format!(
            "INSERT INTO workspaces (organization_id, id, kind, name, name_key, slug, {search_column} limits, fields, \
             created_at, updated_at, version) SELECT {organization}, {id}, 'workspace', 'Workspace ' || i, \
             'workspace ' || i, 'workspace-' || i, {search_value} '{{}}', '{{}}', {now}, {now}, 1 FROM {series};\n\
             INSERT INTO workspace_counts (organization_id, kind, used) VALUES ({organization}, 'workspace', {workspaces});\n\
             UPDATE organizations SET workspaces_count = {workspaces} WHERE id = {organization};\n"
        );
        // The m-th member may read every so many-th workspace, from the m-th on.
        let (grants, step) = (dialect.series(READERS * READABLE), workspaces / READABLE);
        let reader = member(&format!("((i - 1) / {READABLE} + 1)"));
        let read = workspace(&format!("((((i - 1) % {READABLE}) * {step} + (i - 1) / {READABLE}) % {workspaces} + 1)"));
        *sql += &format!(
            "INSERT INTO workspace_grants (organization_id, workspace_id, member_id, access) \
             SELECT {organization}, {read}, {reader}, 'read' FROM {grants};\n"
        );
    }
    let lines = tokens.iter().zip(1_u64..);
    let readers: Vec<_> =
        lines.map(|(token, reader)| format!("{token} {}", identifier(Kind::Workspace, 2_000_000 + reader))).collect();
    std::fs::write(folder.join("readers"), readers.join("\n")).unwrap();
    for (name, number) in [("few", 1), ("many", 2)] {
        std::fs::write(folder.join(name), identifier(Kind::WorkspaceOrganization, number)).unwrap();
    }
}
