//! The whole of Spinout in one process
