//! The owner of the token pairs, with iRacing's stand-in behind it and the embedded table below.

#![allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

mod world;

use futures::future::join_all;
use iracing::{OAuthError, Secret};
use iracing_token::{AccessToken, TokenError};
use jiff::SignedDuration;
use std::collections::HashSet;
use world::{DRIVER, World};

fn minutes(minutes: i64) -> SignedDuration {
    SignedDuration::from_mins(minutes)
}

fn is_unavailable(result: &Result<AccessToken, TokenError>) -> bool {
    matches!(result, Err(TokenError::Upstream(OAuthError::Unavailable(_))))
}

#[tokio::test]
async fn a_token_is_renewed_when_four_fifths_of_its_life_have_passed() {
    let world = World::start().await;
    let tokens = world.process();
    let first = tokens.keep(DRIVER, &world.sign_in().await).await.unwrap();
    assert_eq!(first.expires_at, world.clock.now() + minutes(10));

    world.clock.advance(minutes(7));
    assert_eq!(tokens.access_token(DRIVER).await.unwrap(), first);
    assert_eq!(world.refreshes(), 0);

    world.clock.advance(minutes(1));
    let second = tokens.access_token(DRIVER).await.unwrap();
    assert_ne!(second.secret, first.secret);
    assert_eq!(second.expires_at, world.clock.now() + minutes(10));
    assert_eq!(tokens.access_token(DRIVER).await.unwrap(), second);
    assert_eq!(world.refreshes(), 1);
}

#[tokio::test]
async fn twenty_parallel_callers_in_two_processes_refresh_once() {
    let world = World::start().await;
    let (one, other) = (world.process(), world.process());
    one.keep(DRIVER, &world.sign_in().await).await.unwrap();
    for round in 1..=3 {
        world.clock.advance(minutes(11));
        let calls = (0..20).map(|call| [&one, &other][call % 2].access_token(DRIVER));
        let tokens: Vec<_> = join_all(calls).await.into_iter().map(Result::unwrap).collect();
        let different: HashSet<_> = tokens.iter().map(|token| token.secret.expose()).collect();
        assert_eq!(different.len(), 1, "everybody has the winner's token");
        assert_eq!(world.refreshes(), round);
    }
}

#[tokio::test]
async fn a_refused_token_is_replaced_once_by_twenty_callers() {
    let world = World::start().await;
    let (one, other) = (world.process(), world.process());
    let refused = one.keep(DRIVER, &world.sign_in().await).await.unwrap();
    let calls = (0..20).map(|call| [&one, &other][call % 2].renew(DRIVER, &refused.secret));
    let tokens: Vec<_> = join_all(calls).await.into_iter().map(Result::unwrap).collect();
    assert!(tokens.iter().all(|token| *token == tokens[0] && token.secret != refused.secret));
    assert_eq!(world.refreshes(), 1);
}

#[tokio::test]
async fn a_dead_chain_asks_for_a_new_sign_in_and_is_never_tried_again() {
    let world = World::start().await;
    let tokens = world.process();
    assert!(matches!(tokens.access_token(DRIVER).await, Err(TokenError::SignInRequired)), "nobody signed in yet");

    tokens.keep(DRIVER, &world.sign_in().await).await.unwrap();
    world.sandbox.faults().change(|faults| faults.revoked_refresh = true);
    world.clock.advance(minutes(11));
    for _ in 0..3 {
        assert!(matches!(tokens.access_token(DRIVER).await, Err(TokenError::SignInRequired)));
    }
    assert_eq!(world.refreshes(), 1);
    assert_eq!(world.store.iracing_token(DRIVER).await.unwrap().unwrap().sealed, None);

    let again = tokens.keep(DRIVER, &world.sign_in().await).await.unwrap();
    assert_eq!(tokens.access_token(DRIVER).await.unwrap(), again);
}

#[tokio::test]
async fn an_outage_of_iracing_costs_nothing_but_time() {
    let world = World::start().await;
    let (cut_off, connected) = (world.process_without_iracing(), world.process());
    let first = connected.keep(DRIVER, &world.sign_in().await).await.unwrap();

    world.clock.advance(minutes(9));
    assert_eq!(cut_off.access_token(DRIVER).await.unwrap(), first, "what is due is not yet at its end");
    world.clock.advance(minutes(2));
    assert!(is_unavailable(&cut_off.access_token(DRIVER).await));
    assert_ne!(connected.access_token(DRIVER).await.unwrap(), first, "the claim was given back");
}

#[tokio::test]
async fn the_claim_of_a_process_that_died_ends_by_itself() {
    let world = World::start().await;
    let tokens = world.process();
    let first = tokens.keep(DRIVER, &world.sign_in().await).await.unwrap();
    world.clock.advance(minutes(9));
    let (now, version) = (world.clock.now(), world.store.iracing_token(DRIVER).await.unwrap().unwrap().version);
    let until = now + SignedDuration::from_secs(30);
    assert!(world.store.claim_iracing_token(DRIVER, version, "dead", now, until).await.unwrap());

    assert_eq!(tokens.access_token(DRIVER).await.unwrap(), first, "the old token goes on meanwhile");
    world.clock.advance(SignedDuration::from_secs(31));
    assert_ne!(tokens.access_token(DRIVER).await.unwrap(), first);
}

#[tokio::test]
async fn a_sign_in_during_a_renewal_wins() {
    let world = World::start().await;
    let tokens = world.process();
    tokens.keep(DRIVER, &world.sign_in().await).await.unwrap();
    world.clock.advance(minutes(11));
    world.sandbox.faults().change(|faults| faults.latency_ms = 300);
    let pair = world.sign_in().await;
    let (_, newest) = tokio::join!(tokens.access_token(DRIVER), async {
        while world.store.iracing_token(DRIVER).await.unwrap().unwrap().claimed_until_millis.is_none() {}
        tokens.keep(DRIVER, &pair).await.unwrap()
    });
    assert_eq!(tokens.access_token(DRIVER).await.unwrap(), newest);
}

#[tokio::test]
async fn signing_out_revokes_and_forgets_the_pair() {
    let world = World::start().await;
    let tokens = world.process();
    let token = tokens.keep(DRIVER, &world.sign_in().await).await.unwrap();
    assert!(world.oauth().profile(&token.secret).await.is_ok());

    tokens.sign_out(DRIVER).await.unwrap();
    assert_eq!(world.oauth().profile(&token.secret).await, Err(OAuthError::InvalidToken));
    assert!(matches!(tokens.access_token(DRIVER).await, Err(TokenError::SignInRequired)));
    tokens.sign_out(DRIVER).await.unwrap();
}

#[tokio::test]
async fn a_pair_that_other_keys_sealed_asks_for_a_new_sign_in() {
    let world = World::start().await;
    world.process().keep(DRIVER, &world.sign_in().await).await.unwrap();
    let others = world.process_with(&auth::generate_local_keys().unwrap());
    assert!(matches!(others.access_token(DRIVER).await, Err(TokenError::SignInRequired)));
    assert!(matches!(others.renew(DRIVER, &Secret::new("x")).await, Err(TokenError::SignInRequired)));
}
