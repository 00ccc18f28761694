use std::fmt::Write;

use figment::value::{Dict, Value};

use super::Config;

impl Config {
    /// The configuration as a TOML file that gives the same one, except for
    /// secrets, which are hidden.
    pub fn show(&self) -> String {
        let mut text = String::new();
        if let Ok(Value::Dict(_, root)) = Value::serialize(self) {
            write_section(&mut text, "", &root);
        }
        text
    }
}

/// Values first, then sections: TOML's order.
fn write_section(text: &mut String, name: &str, section: &Dict) {
    for (key, value) in section {
        match value {
            Value::Dict(..) => {}
            Value::Empty(..) => {
                let _ = writeln!(text, "# {key} is not set");
            }
            value => {
                let _ = writeln!(text, "{key} = {}", toml(value));
            }
        }
    }
    for (key, value) in section {
        if let Value::Dict(_, inner) = value {
            let path = if name.is_empty() { key.clone() } else { format!("{name}.{key}") };
            let _ = writeln!(text, "\n[{path}]");
            write_section(text, &path, inner);
        }
    }
}

fn toml(value: &Value) -> String {
    match value {
        // JSON's strings are TOML's basic strings.
        Value::String(_, text) => serde_json::Value::from(text.as_str()).to_string(),
        Value::Char(_, c) => serde_json::Value::from(c.to_string()).to_string(),
        Value::Bool(_, bool) => bool.to_string(),
        Value::Num(_, number) => match (number.to_u128(), number.to_i128()) {
            (Some(unsigned), _) => unsigned.to_string(),
            (None, Some(signed)) => signed.to_string(),
            (None, None) => number.to_f64().map(|float| float.to_string()).unwrap_or_default(),
        },
        Value::Array(_, items) => format!("[{}]", items.iter().map(toml).collect::<Vec<_>>().join(", ")),
        Value::Dict(..) | Value::Empty(..) => String::new(),
    }
}
