//! The one rotating owner of a driver's iRacing token pair
