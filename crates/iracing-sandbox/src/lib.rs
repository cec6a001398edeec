//! A stateful stand-in for iRacing: OAuth and the data API
