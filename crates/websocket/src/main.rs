//! The `websocket` program.

fn main() {}
