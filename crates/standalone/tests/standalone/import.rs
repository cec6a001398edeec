use std::path::{Path, PathBuf};

use clap::Parser;
use standalone::cli::{Command, CommandLine, ImportOptions};
use standalone::{admin, import};

#[path = "../../../iracing/tests/suite/recordings.rs"]
mod recordings;

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../iracing/tests/fixtures").join(name)
}

fn options(data_dir: &Path, driver: Option<&str>, files: &[PathBuf]) -> ImportOptions {
    let mut arguments = vec!["spinout", "import", "--data-dir", data_dir.to_str().unwrap()];
    arguments.extend(driver.iter().flat_map(|driver| ["--driver", driver]));
    arguments.extend(files.iter().map(|file| file.to_str().unwrap()));
    match CommandLine::parse_from(arguments).command {
        Some(Command::Import(options)) => options,
        other => panic!("{other:?} is no import"),
    }
}

/// Whether everything was added, and what was said.
async fn run(data_dir: &Path, driver: Option<&str>, files: &[PathBuf]) -> anyhow::Result<(bool, String)> {
    let mut output = Vec::new();
    let complete = import::import(&options(data_dir, driver, files), &mut output).await?;
    Ok((complete, String::from_utf8(output)?))
}

#[tokio::test]
async fn a_file_is_added_once_and_known_from_then_on() {
    let data = tempfile::tempdir().unwrap();
    let files = [fixture("results_get_solo.json")];
    let (complete, said) = run(data.path(), Some("100001"), &files).await.unwrap();
    assert!(complete && said.starts_with("added "), "{said}");
    assert!(said.ends_with("Ada Marsh (100001): 1 added, 0 known before, 0 not added\n"), "{said}");

    // Ada is now the one driver there is.
    let (complete, said) = run(data.path(), None, &files).await.unwrap();
    assert!(complete && said.starts_with("known "), "{said}");
}

#[tokio::test]
async fn what_cannot_be_added_is_named_with_its_reason_and_the_rest_goes_in() {
    let data = tempfile::tempdir().unwrap();
    let files = [
        fixture("cars.json"),
        fixture("missing.json"),
        fixture("results_get_team.json"),
        fixture("results_get_solo.json"),
    ];
    let (complete, said) = run(data.path(), Some("100001"), &files).await.unwrap();
    assert!(!complete);
    assert_eq!(said.matches("not added  ").count(), 3, "{said}");
    assert!(
        said.contains("cars.json: this is a list (perhaps of search results), not the result of an event"),
        "{said}"
    );
    assert!(said.contains("missing.json: the file cannot be read"), "{said}");
    assert!(said.ends_with("1 added, 0 known before, 3 not added\n"), "{said}");
}

#[tokio::test]
async fn it_asks_whose_races_they_are_if_it_cannot_tell() {
    let data = tempfile::tempdir().unwrap();
    let files = [fixture("results_get_team.json")];
    let asked = run(data.path(), None, &files).await.unwrap_err().to_string();
    assert!(asked.starts_with("whose races are these? Name the driver with --driver ID."), "{asked}");
    assert!(asked.contains("200004"), "{asked}");
    let asked = run(data.path(), Some("5"), &files).await.unwrap_err().to_string();
    assert!(asked.starts_with("driver 5 has never signed in and is in none of the files."), "{asked}");
}

#[tokio::test]
async fn drivers_are_listed_and_entitled() {
    let data = tempfile::tempdir().unwrap();
    run(data.path(), Some("100001"), &[fixture("results_get_solo.json")]).await.unwrap();
    let mut said = Vec::new();
    let developer = domain::Entitlement::Developer;
    admin::entitle(data.path(), domain::DriverId(100_001), developer, true, &mut said).await.unwrap();
    admin::list_drivers(data.path(), &mut said).await.unwrap();
    admin::entitle(data.path(), domain::DriverId(100_001), developer, false, &mut said).await.unwrap();
    let said = String::from_utf8(said).unwrap();
    let lines: Vec<_> = said.lines().collect();
    assert_eq!(lines[0], "Ada Marsh (100001) has developer");
    assert!(lines[2].contains("Ada Marsh") && lines[2].ends_with("developer"), "{}", lines[2]);
    assert_eq!(lines[3], "Ada Marsh (100001) has no entitlements");

    let unknown = admin::entitle(data.path(), domain::DriverId(5), developer, true, &mut Vec::new()).await.unwrap_err();
    assert_eq!(unknown.to_string(), "driver 5 has never signed in");
}

/// Real results, where the folder of recordings is at hand.
#[tokio::test]
async fn recorded_results_are_added() {
    let Some(recorded) = recordings::folder() else { return };
    for file in [
        "jasondilworth-82263872-race.json",
        "jasondilworth-82799850-team-daytona24-2026.json",
        "irleaguemanager-heattestresult-37935210.json",
        "aydsko-GetSubSessionResultForLeagueSuccessful-2.json",
    ] {
        let data = tempfile::tempdir().unwrap();
        let files = [recorded.join("results/get").join(file)];
        let asked = run(data.path(), None, &files).await.unwrap_err().to_string();
        let somebody = asked.lines().nth(1).unwrap().split_whitespace().next().unwrap();
        let (complete, said) = run(data.path(), Some(somebody), &files).await.unwrap();
        assert!(complete && said.contains("1 added"), "{said}");
    }
}
