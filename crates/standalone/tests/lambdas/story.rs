//! A driver's first visit.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::{browser::Browser, deployment::REDIRECT_URI};

/// What a driver finds in the end: what each address answered.
pub type Found = BTreeMap<String, Value>;

/// Signs in, imports the career, and reads what has come in.
pub async fn career(rest: &str, live: &str, driver: i64) -> (Browser, Found) {
    let browser = Browser::sign_in(rest, REDIRECT_URI, driver).await;
    let mut live = browser.listen(live).await;
    browser.post("/ingestion/race").await;
    live.next(&["ingestionRunStarted"]).await;
    let finished = live.next(&["ingestionRunFinished"]).await["run"].clone();
    assert_eq!(finished["status"], "finished", "{finished}");
    assert_eq!(finished["racesFailed"], 0, "{finished}");
    let races = browser.races().await;
    assert!(races.len() > 5, "{races:?}");
    assert_eq!(finished["racesDone"], races.len());
    let found = read(&browser).await;
    (browser, found)
}

/// The log, and the newest races with their laps.
pub async fn read(browser: &Browser) -> Found {
    let mut paths = vec![format!("/driver/{}/races?limit=100", browser.driver), "/tracks".to_owned()];
    for race in browser.races().await.iter().take(10) {
        paths.extend([format!("/session/{race}"), format!("/session/{race}/laps")]);
    }
    let mut found = Found::new();
    for path in paths {
        let mut answer = browser.get(&path).await;
        // When iRacing was asked is not the same everywhere.
        answer.as_object_mut().unwrap().remove("fetchedAt");
        found.insert(path, answer);
    }
    found
}
