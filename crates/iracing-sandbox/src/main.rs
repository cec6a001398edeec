//! The `iracing-sandbox` program.

fn main() {}
