//! What the product means, as values and pure functions
