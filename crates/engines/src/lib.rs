//! What plays the part of AWS on a laptop and in tests
