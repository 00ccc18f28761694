//! Blueprints at the command line and at start.

use std::io::Write;

use crate::server::guildhall;

async fn check(text: &str) -> (bool, String) {
    let mut file = tempfile::NamedTempFile::with_suffix(".toml").unwrap();
    file.write_all(text.as_bytes()).unwrap();
    let path = file.path().display().to_string();
    let output = guildhall(&["blueprint", "check", &path]).output().await.unwrap();
    (output.status.success(), String::from_utf8_lossy(&output.stderr).into_owned())
}

#[tokio::test]
async fn a_bad_blueprint_is_refused_with_line_and_rule() {
    for (text, line, word) in [
        ("membership = \"many\"\nsurprise = 1\n", "2", "surprise"),
        ("[invitations]\nexpires_after_days = -7\n", "2", "1 to 30"),
        ("[sessions]\nabsolute_seconds = 600\nidle_seconds = 900\n", "3", "idle_seconds"),
        ("[roles.aliases]\nboss = \"chief\"\nchief = \"boss\"\n", "2", "boss"),
        ("membership = \"sometimes\"\n", "1", "exclusive"),
        ("[signup]\norganization_name = \"  \"\n", "2", "blank"),
        ("membership = \n", "1", ""),
    ] {
        let (good, said) = check(text).await;
        assert!(!good, "{text}");
        assert!(said.contains(&format!("line {line}")) && said.contains(word), "{text}\n{said}");
    }
    let (good, said) = check("membership = \"exclusive\"\n").await;
    assert!(good, "{said}");
}

#[tokio::test]
async fn what_is_shown_can_be_checked() {
    for name in ["default", "mipiti", "strictops", "neosc", "mission-control"] {
        let shown = guildhall(&["blueprint", "show", name]).output().await.unwrap();
        assert!(shown.status.success());
        let (good, said) = check(&String::from_utf8(shown.stdout).unwrap()).await;
        assert!(good, "{name}: {said}");
    }
    let unknown = guildhall(&["blueprint", "show", "nonsense"]).output().await.unwrap();
    assert!(!unknown.status.success());
}

#[tokio::test]
async fn a_bad_blueprint_refuses_to_start() {
    for blueprint in ["no-such-blueprint", "/nowhere/at/all.toml"] {
        let serve = ["serve", "--listen", "127.0.0.1:0", "--database-url", "memory:", "--blueprint", blueprint];
        let output = guildhall(&serve).output().await.unwrap();
        assert!(!output.status.success());
        assert!(String::from_utf8_lossy(&output.stderr).contains(blueprint));
    }
}
