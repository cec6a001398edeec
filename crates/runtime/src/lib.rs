//! What every process needs first: environment, telemetry, secrets, AWS clients, clock
