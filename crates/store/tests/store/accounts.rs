use crate::{Table, at};
use domain::{ConnectionId, DriverId, Entitlement};
use store::{connection::Connection, counters::Counts, login_session::LoginSession};

const DRIVER: DriverId = DriverId(7);

#[tokio::test]
async fn sign_ins_are_counted_and_names_follow_iracing() {
    let Table { store, _engine } = Table::start().await;
    assert_eq!(store.driver(DRIVER).await.unwrap(), None);

    let since = at("2014-03-01T00:00:00Z");
    store.record_login(DRIVER, "Ada Example", Some(since), at("2026-01-01T00:00:00Z")).await.unwrap();
    store.set_entitlement(DRIVER, Entitlement::Developer, true).await.unwrap();
    let driver = store.record_login(DRIVER, "Ada Example2", None, at("2026-02-01T00:00:00Z")).await.unwrap();

    assert_eq!(driver.driver_name, "Ada Example2");
    assert_eq!(driver.member_since, Some(since));
    assert_eq!(driver.first_login, at("2026-01-01T00:00:00Z"));
    assert_eq!(driver.last_login, at("2026-02-01T00:00:00Z"));
    assert_eq!(driver.login_count, 2);
    assert_eq!(driver.entitlements, [Entitlement::Developer]);
    assert_eq!(store.counters().await.unwrap(), Counts { drivers: 1, ..Default::default() });
    assert_eq!(store.drivers().await.unwrap(), [driver]);
}

#[tokio::test]
async fn an_entitlement_of_somebody_who_never_signed_in_is_not_invented() {
    let Table { store, _engine } = Table::start().await;
    assert_eq!(store.set_entitlement(DRIVER, Entitlement::Developer, true).await.unwrap(), None);
    assert_eq!(store.driver(DRIVER).await.unwrap(), None);
}

#[tokio::test]
async fn the_ingested_point_never_moves_back() {
    let Table { store, _engine } = Table::start().await;
    store.record_login(DRIVER, "Ada Example", None, at("2026-01-01T00:00:00Z")).await.unwrap();
    for to in ["2026-01-02T00:00:00Z", "2025-01-01T00:00:00Z"] {
        store.set_races_ingested_to(DRIVER, at(to)).await.unwrap();
    }
    assert_eq!(store.driver(DRIVER).await.unwrap().unwrap().races_ingested_to, Some(at("2026-01-02T00:00:00Z")));
}

#[tokio::test]
async fn of_two_rotations_of_a_login_session_one_wins() {
    let Table { store, _engine } = Table::with_drivers(&[7]).await;
    let session = |generation| LoginSession {
        driver_id: DRIVER,
        session_id: "s".into(),
        generation,
        secret_hash: vec![generation as u8; 32],
        rotated_at: at("2026-01-01T00:00:00.123Z"),
        expires_at: at("2026-02-01T00:00:00Z"),
    };
    store.put_login_session(&session(1)).await.unwrap();
    assert!(store.rotate_login_session(&session(2), 1).await.unwrap());
    assert!(!store.rotate_login_session(&session(3), 1).await.unwrap());
    assert_eq!(store.login_session(DRIVER, "s", at("2026-01-15T00:00:00Z")).await.unwrap(), Some(session(2)));
    assert_eq!(store.login_sessions(DRIVER, at("2026-01-15T00:00:00Z")).await.unwrap(), [session(2)]);
    assert_eq!(store.login_session(DRIVER, "s", at("2026-02-01T00:00:00Z")).await.unwrap(), None, "it has expired");
    assert_eq!(store.login_sessions(DRIVER, at("2026-02-01T00:00:00Z")).await.unwrap(), []);

    store.delete_login_session(DRIVER, "s").await.unwrap();
    assert!(!store.rotate_login_session(&session(3), 2).await.unwrap(), "logged out is logged out");
}

#[tokio::test]
async fn one_claimant_renews_the_iracing_token_and_a_dead_chain_stays_dead() {
    let Table { store, _engine } = Table::with_drivers(&[DRIVER.0]).await;
    let now = at("2026-01-01T00:00:00Z");
    let until = at("2026-01-01T00:00:15Z");
    assert!(store.put_iracing_token(DRIVER, b"first".to_vec()).await.unwrap());
    let version = store.iracing_token(DRIVER).await.unwrap().unwrap().version;

    assert!(store.claim_iracing_token(DRIVER, version, "a", now, until).await.unwrap());
    assert!(!store.claim_iracing_token(DRIVER, version, "b", now, until).await.unwrap());
    assert!(!store.renew_iracing_token(DRIVER, version, "b", b"stolen".to_vec()).await.unwrap());
    assert!(store.renew_iracing_token(DRIVER, version, "a", b"second".to_vec()).await.unwrap());
    assert!(!store.claim_iracing_token(DRIVER, version, "b", now, until).await.unwrap(), "that version is over");

    let renewed = store.iracing_token(DRIVER).await.unwrap().unwrap();
    assert_eq!(renewed.sealed.as_deref(), Some(&b"second"[..]));

    let late = at("2026-01-01T00:01:00Z");
    assert!(store.claim_iracing_token(DRIVER, renewed.version, "crashed", now, until).await.unwrap());
    assert!(
        store.claim_iracing_token(DRIVER, renewed.version, "c", late, at("2026-01-01T00:01:15Z")).await.unwrap(),
        "a claim ends"
    );
    assert!(store.drop_iracing_token(DRIVER, renewed.version, "c").await.unwrap());
    let dead = store.iracing_token(DRIVER).await.unwrap().unwrap();
    assert_eq!(dead.sealed, None);
    assert!(!store.claim_iracing_token(DRIVER, dead.version, "d", late, late).await.unwrap());

    assert!(store.put_iracing_token(DRIVER, b"fresh".to_vec()).await.unwrap());
    assert_eq!(store.iracing_token(DRIVER).await.unwrap().unwrap().sealed.as_deref(), Some(&b"fresh"[..]));
}

#[tokio::test]
async fn a_connection_is_found_from_both_sides_until_it_ends() {
    let Table { store, _engine } = Table::with_drivers(&[7, 8]).await;
    let now = at("2026-01-01T00:00:00Z");
    let id = ConnectionId("abc=".into());
    store.put_connection(&id, now).await.unwrap();
    assert_eq!(store.connection(&id, now).await.unwrap().unwrap().driver_id, None);

    store.authenticate_connection(&id, DriverId(8), now).await.unwrap();
    store.authenticate_connection(&id, DRIVER, now).await.unwrap();
    let connection = Connection { connection_id: id.clone(), driver_id: Some(DRIVER), connected_at: now };
    assert_eq!(store.connection(&id, now).await.unwrap(), Some(connection.clone()));
    assert_eq!(store.connections_of(DRIVER, now).await.unwrap(), [connection]);
    assert_eq!(store.connections_of(DriverId(8), now).await.unwrap(), []);
    assert_eq!(store.connections_of(DRIVER, at("2026-01-02T00:00:01Z")).await.unwrap(), [], "past its time");

    store.delete_connection(&id).await.unwrap();
    store.delete_connection(&id).await.unwrap();
    assert_eq!(store.connection(&id, now).await.unwrap(), None);
    assert_eq!(store.connections_of(DRIVER, now).await.unwrap(), []);
}
