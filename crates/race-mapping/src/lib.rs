//! Where iRacing's shapes become ours
