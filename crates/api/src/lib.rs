//! The REST API, as a library and as a Lambda
