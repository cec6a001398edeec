//! Issues and verifies session tokens and seals secrets
