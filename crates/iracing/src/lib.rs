//! A faithful client of iRacing's OAuth and data API
