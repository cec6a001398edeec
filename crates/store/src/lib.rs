//! Reads and writes the single DynamoDB table
