//! The two ways out of a process: the ingestion queue and WebSocket pushes
