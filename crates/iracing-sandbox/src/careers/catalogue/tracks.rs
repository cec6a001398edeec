//! Tracks, one entry a layout.

use crate::careers::calendar::{DIRT_OVAL, DIRT_ROAD, OVAL, ROAD};

/// A layout of a track.
#[derive(Debug)]
pub(crate) struct Track {
    pub(crate) id: i64,
    pub(crate) name: &'static str,
    /// Empty where a track has one layout only.
    pub(crate) layout: &'static str,
    /// Of the surface: Oval, Road, Dirt Oval or Dirt Road.
    pub(crate) category: u8,
    pub(crate) miles: f64,
    pub(crate) corners: i64,
    /// Seconds.
    pub(crate) nominal_lap: f64,
    /// Miles an hour; 0 where there is no pit road.
    pub(crate) pit_speed: i64,
    pub(crate) max_cars: i64,
    pub(crate) latitude: f64,
    pub(crate) longitude: f64,
    pub(crate) location: &'static str,
    pub(crate) time_zone: &'static str,
    /// The stem of image names.
    pub(crate) folder: &'static str,
    pub(crate) night: bool,
    pub(crate) rain: bool,
    pub(crate) free: bool,
}

impl Track {
    /// The layout as results spell it: "N/A" where there is one only.
    pub(crate) fn config_name(&self) -> &'static str {
        if self.layout.is_empty() { "N/A" } else { self.layout }
    }

    pub(crate) fn is_oval(&self) -> bool {
        matches!(self.category, OVAL | DIRT_OVAL)
    }

    pub(crate) fn is_dirt(&self) -> bool {
        matches!(self.category, DIRT_OVAL | DIRT_ROAD)
    }

    /// Last part of the address of the map: `<id>-<slug>`.
    pub(crate) fn slug(&self) -> String {
        format!("{}-{}", self.id, self.folder)
    }
}

/// The layout of that id; the first one for an unknown id.
pub(crate) fn track(id: i64) -> &'static Track {
    TRACKS.iter().find(|track| track.id == id).unwrap_or(&TRACKS[0])
}

macro_rules! tracks {
    ($($id:literal $name:literal $layout:literal $category:ident $miles:literal $corners:literal $lap:literal $pit:literal $cars:literal $lat:literal $lon:literal $location:literal $zone:literal $folder:literal $night:literal $rain:literal $free:literal)*) => {
        /// Every layout, by id.
        pub(crate) static TRACKS: &[Track] = &[$(Track {
            id: $id, name: $name, layout: $layout, category: $category, miles: $miles, corners: $corners,
            nominal_lap: $lap, pit_speed: $pit, max_cars: $cars, latitude: $lat, longitude: $lon,
            location: $location, time_zone: $zone, folder: $folder, night: $night, rain: $rain, free: $free,
        }),*];
    };
}

tracks! {
    9 "Summit Point Raceway" "Summit Point Raceway" ROAD 1.98 10 73.5 45 58 39.2415 -77.9779 "Summit Point, West Virginia, USA" "America/New_York" "summitpointraceway" false true true
    14 "South Boston Speedway" "" OVAL 0.4 4 16.3 35 64 36.7093 -78.8712 "South Boston, Virginia, USA" "America/New_York" "southbostonspeedway" true false true
    18 "Road America" "Full Course" ROAD 4.048 14 136.0 45 90 43.7975 -87.9922 "Elkhart Lake, Wisconsin, USA" "America/Chicago" "roadamerica" false true false
    33 "Martinsville Speedway" "" OVAL 0.526 4 21.2 35 64 36.6341 -79.8539 "Ridgeway, Virginia, USA" "America/New_York" "martinsvillespeedway" true false false
    47 "WeatherTech Raceway at Laguna Seca" "Full Course" ROAD 2.238 11 91.6 35 69 36.5843 -121.7557 "Monterey, California, USA" "America/Los_Angeles" "mazdaracewaylagunaseca" false true false
    95 "Sebring International Raceway" "International" ROAD 3.74 17 128.3 45 64 27.455 -81.3519 "Sebring, Florida, USA" "America/New_York" "sebringinternationalraceway" true true false
    116 "Talladega Superspeedway" "" OVAL 2.66 4 48.6 55 64 33.567 -86.0683 "Talladega, Alabama, USA" "America/Chicago" "talladegasuperspeedway" false false false
    146 "Brands Hatch Circuit" "Indy" ROAD 1.198 6 48.7 45 61 51.3581 0.2536 "Fawkham, Kent, England" "Europe/London" "brandshatchcircuit" false true false
    166 "Okayama International Circuit" "Full Course" ROAD 2.314 11 97.4 37 62 34.9126 134.2161 "Mimasaka, Okayama Prefecture, Japan" "Asia/Tokyo" "okayamainternationalcircuit" false true true
    168 "Suzuka International Racing Course" "Grand Prix" ROAD 3.609 17 133.6 50 90 34.8456 136.5368 "Suzuka, Mie Prefecture, Japan" "Asia/Tokyo" "suzukainternationalracingcourse" false true false
    191 "Daytona International Speedway" "Oval" OVAL 2.5 4 48.1 55 64 29.1852 -81.0727 "Daytona Beach, Florida, USA" "America/New_York" "daytonainternationalspeedway" true false false
    192 "Daytona International Speedway" "Road Course" ROAD 3.56 11 108.4 55 64 29.1852 -81.0727 "Daytona Beach, Florida, USA" "America/New_York" "daytonainternationalspeedway" true true false
    212 "Autódromo José Carlos Pace" "Grand Prix" ROAD 2.676 15 99.2 50 75 -23.7012 -46.7001 "Interlagos, São Paulo, Brazil" "America/Sao_Paulo" "autodromojosecarlospace" false true false
    219 "Mount Panorama Circuit" "" ROAD 3.861 23 133.4 31 81 -33.4394 149.5557 "Bathurst, New South Wales, Australia" "Australia/Sydney" "mountpanoramacircuit" false true false
    239 "Autodromo Nazionale Monza" "Grand Prix" ROAD 3.6 11 115.5 50 69 45.6218 9.2826 "Monza, Lombardy, Italy" "Europe/Rome" "autodromonazionalemonza" false true false
    252 "Nürburgring Combined" "Gesamtstrecke 24h" ROAD 16.123 170 547.9 37 128 50.3334 6.9392 "Nürburg, Rhineland-Palatinate, Germany" "Europe/Berlin" "nurburgring" false true false
    255 "Nürburgring Grand-Prix-Strecke" "BES/WEC" ROAD 3.15 16 125.3 37 64 50.3334 6.9392 "Nürburg, Rhineland-Palatinate, Germany" "Europe/Berlin" "nurburgring" false true false
    273 "Eldora Speedway" "" DIRT_OVAL 0.5 4 23.2 30 63 40.319 -84.6363 "Rossburg, Ohio, USA" "America/New_York" "eldoraspeedway" true false false
    293 "Daytona Rallycross and Dirt Road" "Rallycross Long" DIRT_ROAD 0.86 9 62.4 0 16 29.1852 -81.0727 "Daytona Beach, Florida, USA" "America/New_York" "daytonainternationalspeedway2007" true false true
    305 "Knoxville Raceway" "" DIRT_OVAL 0.5 4 27.1 30 60 41.3265 -93.114 "Knoxville, Iowa, USA" "America/Chicago" "knoxvilleraceway" true false false
    324 "Tsukuba Circuit" "2000 Full" ROAD 1.271 12 58.1 37 60 36.1528 139.9181 "Shimotsuma, Ibaraki Prefecture, Japan" "Asia/Tokyo" "tsukuba" false true true
    341 "Silverstone Circuit" "Grand Prix" ROAD 3.661 18 134.5 37 60 52.0733 -1.0169 "Towcester, Northamptonshire, England" "Europe/London" "silverstone" false true false
    353 "Lime Rock Park" "Grand Prix" ROAD 1.53 9 54.7 0 63 41.9282 -73.384 "Lakeville, Connecticut, USA" "America/New_York" "limerockpark" false true true
    358 "Lånkebanen (Hell RX)" "Hell Rallycross" DIRT_ROAD 0.633 7 52.2 0 15 63.4051 10.9207 "Hell, Trøndelag, Norway" "Europe/Oslo" "lankebanen" false false false
    365 "Bristol Motor Speedway" "Single Pit Roads" OVAL 0.533 4 16.8 35 64 36.5157 -82.2592 "Bristol, Tennessee, USA" "America/New_York" "bristolmotorspeedway" true false false
    403 "Red Bull Ring" "Grand Prix" ROAD 2.683 9 94.2 50 60 47.2203 14.7655 "Spielberg, Styria, Austria" "Europe/Vienna" "redbullring" false true false
    434 "Watkins Glen International" "Boot" ROAD 3.45 12 115.8 40 60 42.3383 -76.9286 "Watkins Glen, New York, USA" "America/New_York" "watkinsgleninternational" false true false
    485 "Circuit Zandvoort" "Grand Prix" ROAD 2.646 14 101.7 37 60 52.3877 4.542 "Zandvoort, North Holland, Netherlands" "Europe/Amsterdam" "circuitparkzandvoort" false true false
    523 "Circuit de Spa-Francorchamps" "Grand Prix Pits" ROAD 4.35 21 149.1 45 60 50.4369 5.9699 "Francorchamps, Liège, Belgium" "Europe/Brussels" "circuitdespafrancorchamps" true true false
    556 "Charlotte Motor Speedway" "Oval" OVAL 1.5 4 32.8 45 60 35.3512 -80.6913 "Concord, North Carolina, USA" "America/New_York" "charlottemotorspeedway" true false true
}
