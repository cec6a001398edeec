//! `car/get`, `car/assets` and `carclass/get`.

use serde::Deserialize;

/// A car. What concerns buying and painting it is not read.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Car {
    /// The car.
    pub car_id: i64,
    /// Its name.
    pub car_name: String,
    /// Short form, such as `SBRS`.
    #[serde(default)]
    pub car_name_abbreviated: String,
    /// Maker.
    pub car_make: Option<String>,
    /// Model.
    pub car_model: Option<String>,
    /// Such as `sports_car`.
    #[serde(default)]
    pub categories: Vec<String>,
    /// Words to search by, such as `openwheel`.
    #[serde(default)]
    pub car_types: Vec<CarType>,
    /// Pounds.
    pub car_weight: Option<f64>,
    /// Horsepower.
    pub hp: Option<f64>,
    /// What it is bought in.
    #[serde(default)]
    pub package_id: i64,
    /// Whether it is raced no more.
    #[serde(default)]
    pub retired: bool,
    /// Whether it can race in the rain.
    #[serde(default)]
    pub rain_enabled: bool,
    /// Whether every member has it.
    #[serde(default)]
    pub free_with_subscription: bool,
    /// Folder of its images, under iRacing's image server; newer answers.
    pub folder: Option<String>,
    /// File name in the folder; newer answers.
    pub small_image: Option<String>,
    /// Path under iRacing's image server; newer answers.
    pub logo: Option<String>,
}

/// A word to search by.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct CarType {
    /// The word.
    pub car_type: String,
}

/// Images and description of a car.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct CarAssets {
    /// The car.
    pub car_id: i64,
    /// Folder of its images, under iRacing's image server.
    #[serde(default)]
    pub folder: String,
    /// File name in the folder.
    pub large_image: Option<String>,
    /// File name in the folder.
    pub small_image: Option<String>,
    /// Path under iRacing's image server.
    pub logo: Option<String>,
    /// Description, HTML.
    pub detail_copy: Option<String>,
    /// Technical facts, HTML.
    pub detail_techspecs_copy: Option<String>,
}

/// A class of cars that race each other.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct CarClass {
    /// The class.
    pub car_class_id: i64,
    /// Its name.
    pub name: String,
    /// Its short name.
    #[serde(default)]
    pub short_name: String,
    /// Larger is faster.
    #[serde(default)]
    pub relative_speed: i64,
    /// Its cars.
    #[serde(default)]
    pub cars_in_class: Vec<ClassCar>,
}

/// A car in a class.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct ClassCar {
    /// The car.
    pub car_id: i64,
    /// Whether it is raced no more.
    #[serde(default)]
    pub retired: bool,
}
