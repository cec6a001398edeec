//! Cars and the classes that they race in.

/// A car.
#[derive(Debug)]
pub(crate) struct Car {
    pub(crate) id: i64,
    pub(crate) name: &'static str,
    pub(crate) abbreviation: &'static str,
    pub(crate) make: &'static str,
    pub(crate) model: &'static str,
    /// The folder in the simulation, and the stem of image names.
    pub(crate) folder: &'static str,
    /// The current category, never the legacy Road.
    pub(crate) category: u8,
    /// Pounds.
    pub(crate) weight: i64,
    pub(crate) horsepower: i64,
}

/// Cars that are scored together.
#[derive(Debug)]
pub(crate) struct CarClass {
    pub(crate) id: i64,
    pub(crate) name: &'static str,
    pub(crate) relative_speed: i64,
    /// Lap time as a share of the track's nominal one.
    pub(crate) pace: f64,
    pub(crate) cars: &'static [i64],
}

/// The class of all cars of a hosted session.
pub(crate) static HOSTED_CLASS: CarClass =
    CarClass { id: 0, name: "Hosted All Cars Class", relative_speed: 0, pace: 0.95, cars: &[] };

use crate::careers::calendar::{DIRT_OVAL, DIRT_ROAD, FORMULA_CAR, OVAL, SPORTS_CAR};

macro_rules! cars {
    ($($id:literal $name:literal $abbreviation:literal $make:literal $model:literal $folder:literal $category:ident $weight:literal $horsepower:literal)*) => {
        /// Every car, by id.
        pub(crate) static CARS: &[Car] = &[$(Car {
            id: $id, name: $name, abbreviation: $abbreviation, make: $make, model: $model, folder: $folder,
            category: $category, weight: $weight, horsepower: $horsepower,
        }),*];
    };
}

cars! {
    1   "Skip Barber Formula 2000" "SBRS" "Skip Barber" "Formula 2000" "rt2000" FORMULA_CAR 1250 132
    36  "Street Stock - Panther C1" "SS-C1" "Panther" "C1" "streetstock" OVAL 3300 340
    67  "Global Mazda MX-5 Cup" "MX5" "Mazda" "MX-5" "mx5-mx52016" SPORTS_CAR 2339 181
    81  "Ford Fiesta RS WRC" "FRS" "Ford" "Fiesta" "fordfiestarswrc" DIRT_ROAD 2866 600
    83  "Dirt Late Model - 358" "DLM358" "Generic" "Late Model" "dirtlatemodel-358" DIRT_OVAL 2300 358
    99  "Dallara IR18" "IR18" "Dallara" "IR18" "dallarair18" FORMULA_CAR 1620 700
    101 "Subaru WRX STI" "WRX" "Subaru" "WRX STI" "subaruwrxsti" DIRT_ROAD 2866 600
    103 "NASCAR Cup Series Next Gen Chevrolet Camaro ZL1" "CAMARO" "Chevrolet" "Camaro ZL1" "stockcars-chevycamarozl12022" OVAL 3200 670
    106 "Dallara F3" "F3" "Dallara" "F312" "dallaraf3" FORMULA_CAR 1213 210
    111 "NASCAR Truck Chevrolet Silverado" "TRKCS" "Chevrolet" "Silverado" "trucks-silverado2019" OVAL 3400 650
    112 "Audi RS 3 LMS TCR" "RS3" "Audi" "RS 3 LMS" "audirs3lms" SPORTS_CAR 2601 340
    122 "BMW M4 F82 GT4" "M4GT4" "BMW" "M4" "bmwm4gt4" SPORTS_CAR 3153 430
    128 "Dallara P217" "P217" "Dallara" "P217" "dallarap217" SPORTS_CAR 2050 603
    132 "BMW M4 GT3" "M4GT3" "BMW" "M4 GT3" "bmwm4gt3" SPORTS_CAR 2844 500
    135 "McLaren 570S GT4" "570S" "McLaren" "570S" "mclaren570sgt4" SPORTS_CAR 3152 430
    139 "NASCAR Cup Series Next Gen Ford Mustang" "MUSTANG" "Ford" "Mustang" "stockcars-fordmustang2022" OVAL 3200 670
    143 "Porsche 911 GT3 Cup (992)" "992CUP" "Porsche" "911 GT3 Cup" "porsche992cup" SPORTS_CAR 2778 510
    145 "Mercedes-AMG W12 E Performance" "MW12" "Mercedes-AMG" "W12" "mercedesw12" FORMULA_CAR 1658 1000
    147 "Honda Civic Type R TCR" "CIVIC" "Honda" "Civic Type R" "hondacivictyper" SPORTS_CAR 2789 340
    150 "Aston Martin Vantage GT4" "AMVGT4" "Aston Martin" "Vantage" "amvantagegt4" SPORTS_CAR 3108 420
    155 "NASCAR Truck Toyota Tundra TRD Pro" "TRKTT" "Toyota" "Tundra" "trucks-toyotatundra2022" OVAL 3400 650
    156 "Mercedes-AMG GT3 2020" "MAMG20" "Mercedes-AMG" "GT3" "mercedesamgevogt3" SPORTS_CAR 2866 500
    157 "Mercedes-AMG GT4" "MAMGT4" "Mercedes-AMG" "GT4" "mercedesamggt4" SPORTS_CAR 3075 430
    160 "Toyota GR86" "GR86" "Toyota" "GR86" "toyotagr86" SPORTS_CAR 2844 228
    163 "FIA F4" "F4" "Tatuus" "F4" "formulaf4" FORMULA_CAR 1263 180
    168 "Cadillac V-Series.R GTP" "CGTP" "Cadillac" "V-Series.R" "cadillacvseriesrgtp" SPORTS_CAR 2271 670
    169 "Porsche 911 GT3 R (992)" "992GT3" "Porsche" "911 GT3 R" "porsche992rgt3" SPORTS_CAR 2755 510
    170 "Acura ARX-06 GTP" "AGTP" "Acura" "ARX-06" "acuraarx06gtp" SPORTS_CAR 2271 670
    173 "Ferrari 296 GT3" "296GT3" "Ferrari" "296" "ferrari296gt3" SPORTS_CAR 2755 590
    174 "Porsche 963 GTP" "963GTP" "Porsche" "963" "porsche963gtp" SPORTS_CAR 2271 670
}

/// Every class, by id.
pub(crate) static CLASSES: &[CarClass] = &[
    CarClass { id: 31, name: "Street Stock", relative_speed: 40, pace: 1.12, cars: &[36] },
    CarClass { id: 33, name: "Skip Barber Formula 2000", relative_speed: 45, pace: 1.04, cars: &[1] },
    CarClass { id: 74, name: "Mazda MX-5 Cup", relative_speed: 44, pace: 1.08, cars: &[67] },
    CarClass { id: 135, name: "Rallycross Supercars", relative_speed: 55, pace: 0.80, cars: &[81, 101] },
    CarClass { id: 1012, name: "Dirt Late Model 358", relative_speed: 50, pace: 0.72, cars: &[83] },
    CarClass { id: 2268, name: "GT4", relative_speed: 52, pace: 0.99, cars: &[122, 135, 150, 157] },
    CarClass { id: 2523, name: "LMP2", relative_speed: 82, pace: 0.86, cars: &[128] },
    CarClass { id: 2706, name: "TCR", relative_speed: 49, pace: 1.03, cars: &[112, 147] },
    CarClass { id: 3104, name: "Toyota GR86", relative_speed: 45, pace: 1.07, cars: &[160] },
    CarClass { id: 3109, name: "Porsche 911 GT3 Cup", relative_speed: 60, pace: 0.94, cars: &[143] },
    CarClass { id: 3185, name: "Formula A", relative_speed: 98, pace: 0.74, cars: &[145] },
    CarClass { id: 3190, name: "Dallara F3", relative_speed: 75, pace: 0.90, cars: &[106] },
    CarClass { id: 3195, name: "IndyCar", relative_speed: 95, pace: 0.79, cars: &[99] },
    CarClass { id: 3500, name: "NASCAR Trucks", relative_speed: 68, pace: 1.02, cars: &[111, 155] },
    CarClass { id: 3501, name: "NASCAR Cup", relative_speed: 72, pace: 0.98, cars: &[103, 139] },
    CarClass { id: 4004, name: "FIA F4", relative_speed: 58, pace: 0.98, cars: &[163] },
    CarClass { id: 4011, name: "GT3", relative_speed: 63, pace: 0.92, cars: &[132, 156, 169, 173] },
    CarClass { id: 4029, name: "GTP", relative_speed: 88, pace: 0.83, cars: &[168, 170, 174] },
];

/// The car of that id; the first one for an unknown id.
pub(crate) fn car(id: i64) -> &'static Car {
    CARS.iter().find(|car| car.id == id).unwrap_or(&CARS[0])
}

/// The class of that id, or the one of hosted sessions.
pub(crate) fn class(id: i64) -> &'static CarClass {
    CLASSES.iter().find(|class| class.id == id).unwrap_or(&HOSTED_CLASS)
}
