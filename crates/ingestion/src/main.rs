//! The `ingestion` program.

fn main() {}
