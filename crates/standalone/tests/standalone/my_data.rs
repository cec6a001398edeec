use iracing_sandbox::CLUB_RACER;
use reqwest::Method;
use serde_json::{Value, json};

use crate::browser::Browser;
use crate::running::{Program, finished, spinout};

async fn start(data: &tempfile::TempDir) -> Program {
    Program::run(&mut spinout(data.path(), &["--listen", "127.0.0.1:0"])).await
}

/// What the log and the pages of some races ask for.
async fn pages(browser: &Browser) -> Vec<(String, Value)> {
    let driver = format!("/driver/{}", browser.driver);
    let log = browser.get(&format!("{driver}/races?limit=100")).await;
    let mut paths = vec![format!("{driver}/journal"), format!("{driver}/analytics")];
    for race in log["items"].as_array().unwrap().iter().step_by(9) {
        let session = format!("/session/{}", race["subsessionId"]);
        let race_path = format!("{driver}/races/{}", race["driverRaceId"].as_str().unwrap());
        paths.extend([
            session.clone(),
            race_path.clone(),
            format!("{race_path}/journal"),
            format!("{race_path}/earlier"),
        ]);
        if race["hasLaps"] == true {
            paths.extend([format!("{session}/laps"), format!("{session}/analysis")]);
        }
    }
    let mut answers = vec![("races".to_owned(), log)];
    for path in paths {
        let answer = browser.get(&path).await;
        answers.push((path, answer));
    }
    answers
}

/// Asks for everything as JSON, and fetches the files that can be imported, in the order in which they are listed.
async fn exported(browser: &Browser) -> Vec<Value> {
    let exports = format!("/driver/{}/exports", browser.driver);
    let mut export = browser.send(Method::POST, &exports, &json!({"format": "json"})).await;
    while export["status"] != "finished" {
        assert_ne!(export["status"], "failed", "{export}");
        export = browser.get(&exports).await["items"][0].take();
    }
    let mut files = Vec::new();
    for file in export["files"].as_array().unwrap() {
        let name = file["name"].as_str().unwrap();
        if name == "log.json" || name.starts_with("sessions-") {
            let path = format!("{exports}/{}/files/{name}", export["exportId"].as_str().unwrap());
            files.push(browser.get(&path).await);
        }
    }
    files
}

/// As the page for imports does: a part of the list at a time, with the rest of the document.
fn parts<'a>(file: &'a Value, list: &'a str, size: usize) -> impl Iterator<Item = Value> {
    file[list].as_array().unwrap().chunks(size).map(move |some| {
        let mut part = file.clone();
        for name in ["races", "journal", "earlierResults", "sessions"] {
            part[name] = json!([]);
        }
        part[list] = json!(some);
        part
    })
}

#[tokio::test]
async fn everything_exported_and_imported_elsewhere_is_as_it_was() {
    let (here, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let program = start(&here).await;
    let (browser, mut live) = program.sign_in(CLUB_RACER).await;
    browser.post("/ingestion/race").await;
    finished(&browser, &mut live).await;
    let newest = browser.get(&format!("/driver/{CLUB_RACER}/races?limit=1")).await["items"][0].take();
    let notes = format!("/driver/{CLUB_RACER}/races/{}/journal", newest["driverRaceId"].as_str().unwrap());
    let mut version = json!(0);
    for words in ["First", "Second", "Third"] {
        let change = json!({"notes": words, "tags": ["first, wet race"], "version": version});
        version = browser.send(Method::PUT, &notes, &change).await["version"].take();
    }
    // Whoever opens a race first has its event log fetched.
    pages(&browser).await;
    let files = exported(&browser).await;
    assert!(files.len() > 1, "a log and its sessions");

    let program = start(&elsewhere).await;
    let (there, _live) = program.sign_in(CLUB_RACER).await;
    let mut imported = json!({});
    for (list, size) in [("races", 500), ("earlierResults", 500), ("journal", 100), ("sessions", 25)] {
        for part in files.iter().flat_map(|file| parts(file, list, size)) {
            imported = there.send(Method::POST, "/import/log", &part).await;
        }
    }
    assert_ne!(imported["sessionsImported"], 0, "{imported}");

    assert_eq!(there.races().await, browser.races().await);
    for (there, here) in pages(&there).await.into_iter().zip(pages(&browser).await) {
        assert_eq!(there, here);
    }
}
