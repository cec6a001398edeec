//! API Gateway WebSocket events, as a library and as a Lambda
