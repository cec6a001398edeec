//! One queue message becomes stored races and pushes, as a library and as a Lambda
