//! Holds SECURITY.md to what it says: every threat has a test, and every test that it names exists.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The Rust files below a folder.
fn sources(folder: &Path) -> Vec<PathBuf> {
    let paths = fs::read_dir(folder).into_iter().flatten().map(|entry| entry.unwrap().path());
    paths
        .flat_map(|path| match path.is_dir() {
            true => sources(&path),
            false => Some(path)
                .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
                .into_iter()
                .collect(),
        })
        .collect()
}

/// All tests of a crate, as one text.
fn tests_of(name: &str) -> String {
    let folder = root().join("crates").join(name);
    let files = ["src", "tests"].into_iter().flat_map(|part| sources(&folder.join(part)));
    files.map(|path| fs::read_to_string(path).unwrap()).collect()
}

#[test]
fn every_threat_has_a_test_that_exists() {
    let document = fs::read_to_string(root().join("SECURITY.md")).unwrap();
    let threats: Vec<_> = document
        .lines()
        .filter(|line| line.starts_with("| ") && !line.starts_with("| threat |"))
        .map(|line| line.trim_matches('|').split('|').map(str::trim).collect::<Vec<_>>())
        .collect();
    assert!(threats.len() > 30, "{} threats", threats.len());
    let mut crates: BTreeMap<&str, String> = BTreeMap::new();
    let mut missing = Vec::new();
    for columns in threats {
        let [threat, _, proofs] = columns[..] else { panic!("three columns: {columns:?}") };
        let proofs: Vec<_> = proofs.split('`').map(str::trim).filter(|proof| !proof.is_empty()).collect();
        assert!(!proofs.is_empty(), "no test for: {threat}");
        for proof in proofs {
            let exists = match (proof.split_once("::"), proof.split_once(": ")) {
                (Some((name, test)), _) => {
                    crates.entry(name).or_insert_with(|| tests_of(name)).split(&format!("fn {test}(")).nth(1).is_some()
                }
                (None, Some((file, title))) => {
                    fs::read_to_string(root().join(file)).is_ok_and(|text| text.contains(&format!("'{title}'")))
                }
                (None, None) => false,
            };
            if !exists {
                missing.push(proof.to_owned());
            }
        }
    }
    assert!(missing.is_empty(), "SECURITY.md names tests that there are not: {missing:#?}");
}

/// Where strangers show a secret it is compared by `ct_eq`: an ordinary comparison ends at the first difference.
#[test]
fn secrets_are_compared_in_constant_time() {
    let mut compared = 0;
    for name in ["auth", "api", "websocket"] {
        for path in sources(&root().join("crates").join(name).join("src")) {
            let text = fs::read_to_string(&path).unwrap();
            let code = text.split("#[cfg(test)]").next().unwrap();
            compared += code.matches(".ct_eq(").count();
            for line in code.lines().filter(|line| line.contains("==") || line.contains("!=")) {
                let secret =
                    ["expose()", "secret_hash", "signature", ".secret "].iter().any(|word| line.contains(word));
                assert!(!secret, "{}: {}", path.display(), line.trim());
            }
        }
    }
    assert!(compared >= 2, "state and refresh token: {compared}");
}
