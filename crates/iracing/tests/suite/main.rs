//! Tests of the client from outside: against a small stateful fake of iRacing, with the clock paused.

#![allow(clippy::unwrap_used, reason = "a test that cannot set its stage fails")]

mod answers;
mod budget;
mod fake;
mod fixtures;
mod oauth;
mod recorded;
mod recordings;
mod tolerance;
