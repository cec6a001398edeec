//! Which of our crates may depend on which; ARCHITECTURE.md shows the same.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::{BTreeMap, BTreeSet};

use cargo_metadata::{DependencyKind, MetadataCommand};

type Arrows = BTreeMap<String, BTreeSet<String>>;

/// Every arrow there is. To add one, be sure that the crate really has to know the other, and say why in ARCHITECTURE.md.
const ARROWS: [(&str, &str); 15] = [
    ("domain", ""),
    ("iracing", ""),
    ("runtime", ""),
    ("engines", ""),
    ("hello-lambda", ""),
    ("iracing-sandbox", ""),
    ("store", "domain"),
    ("auth", "domain"),
    ("messaging", "domain"),
    ("race-mapping", "domain iracing"),
    ("iracing-token", "domain store auth iracing runtime"),
    ("api", "domain store auth iracing iracing-token race-mapping messaging runtime"),
    ("websocket", "domain store auth messaging runtime"),
    ("ingestion", "domain store auth iracing iracing-token race-mapping messaging runtime"),
    ("standalone", "api websocket ingestion engines iracing-sandbox domain store auth iracing messaging runtime"),
];

/// What tests may use besides: the stand-ins of what we do not own.
const STAND_INS: [&str; 2] = ["engines", "iracing-sandbox"];

/// The dependencies among our crates.
fn arrows(kinds: &[DependencyKind]) -> Arrows {
    let workspace = MetadataCommand::new().manifest_path("../../Cargo.toml").no_deps().exec().unwrap();
    let ours: BTreeSet<_> = workspace.packages.iter().map(|package| package.name.to_string()).collect();
    let of = |package: &cargo_metadata::Package| {
        let dependencies = package.dependencies.iter().filter(|dependency| kinds.contains(&dependency.kind));
        dependencies.map(|dependency| dependency.name.clone()).filter(|name| ours.contains(name)).collect()
    };
    workspace.packages.iter().map(|package| (package.name.to_string(), of(package))).collect()
}

#[test]
fn crates_depend_on_each_other_as_the_architecture_says() {
    let expected: Arrows = ARROWS
        .iter()
        .map(|(name, others)| ((*name).to_owned(), others.split_whitespace().map(str::to_owned).collect()))
        .collect();
    assert_eq!(arrows(&[DependencyKind::Normal, DependencyKind::Build]), expected);
}

#[test]
fn tests_use_nothing_of_ours_but_stand_ins() {
    for (name, others) in arrows(&[DependencyKind::Development]) {
        let allowed = arrows(&[DependencyKind::Normal]).remove(&name).unwrap();
        let beyond: Vec<_> =
            others.iter().filter(|other| !allowed.contains(*other) && !STAND_INS.contains(&other.as_str())).collect();
        assert!(beyond.is_empty(), "the tests of {name} use {beyond:?}");
    }
}

#[test]
fn stand_ins_are_part_of_no_service() {
    let arrows = arrows(&[DependencyKind::Normal]);
    let users: Vec<_> = arrows
        .iter()
        .filter(|(_, others)| STAND_INS.iter().any(|stand_in| others.contains(*stand_in)))
        .map(|(name, _)| name.as_str())
        .collect();
    assert_eq!(users, ["standalone"]);
}
