//! The `spinout` program.

fn main() {}
