//! The people of the generated world: names, flags, helmets and liveries that follow from a customer id alone.

use serde::Serialize;

use super::dice::{Dice, mix};

/// How many made-up members there are to race against. Few enough that rivals are met again.
pub(crate) const POPULATION: usize = 2600;

/// The customer id of a made-up member; the higher the rank, the better the driver.
pub(crate) fn rival(rank: usize) -> i64 {
    let rank = rank.min(POPULATION - 1);
    // Spread out, so that the id does not tell the rank.
    100_003 + ((rank * 1987) % POPULATION) as i64 * 307
}

/// The rank of drivers around that iRating.
pub(crate) fn rank_around(irating: f64) -> usize {
    // Half of all members are below about 1,500; few are above 4,000.
    let share = 1.0 / (1.0 + (-(irating - 1500.0) / 480.0).exp());
    (share * POPULATION as f64) as usize
}

/// The usual iRating of a member of that rank: the inverse of [`rank_around`].
pub(crate) fn irating_at(rank: usize) -> f64 {
    let share = ((rank as f64 + 0.5) / POPULATION as f64).clamp(0.002, 0.998);
    (1500.0 + 480.0 * (share / (1.0 - share)).ln()).clamp(300.0, 8200.0)
}

/// Whether the generated world has this made-up member.
pub(crate) fn is_rival(cust_id: i64) -> bool {
    cust_id >= 100_003 && (cust_id - 100_003) % 307 == 0 && (cust_id - 100_003) / 307 < POPULATION as i64
}

const FIRST_NAMES: &[&str] = &[
    "Aaliyah",
    "Adaeze",
    "Aino",
    "Akira",
    "Alejandro",
    "Amara",
    "Anders",
    "Andrea",
    "Anouk",
    "Arjun",
    "Astrid",
    "Beatriz",
    "Benedikt",
    "Björn",
    "Bruno",
    "Camila",
    "Carlos",
    "Chidi",
    "Chloé",
    "Dariusz",
    "Diego",
    "Dmitri",
    "Eero",
    "Elena",
    "Emre",
    "Esther",
    "Fatima",
    "Felix",
    "Fernanda",
    "Finn",
    "Gabriela",
    "George",
    "Giulia",
    "Hana",
    "Harriet",
    "Hugo",
    "Ian",
    "Ingrid",
    "Isabel",
    "Ivan",
    "Jack",
    "Jasmine",
    "Javier",
    "Jiho",
    "Jonas",
    "José",
    "Kaito",
    "Karin",
    "Keisha",
    "Lars",
    "Laura",
    "Leilani",
    "Liam",
    "Lucía",
    "Luka",
    "Magnus",
    "Malik",
    "Marco",
    "Mateus",
    "Mei",
    "Michael",
    "Miriam",
    "Nadia",
    "Nikhil",
    "Noah",
    "Olga",
    "Oscar",
    "Paulo",
    "Petra",
    "Priya",
    "Rafael",
    "Rashid",
    "Rhys",
    "Rosa",
    "Ryan",
    "Samira",
    "Santiago",
    "Sean",
    "Sofia",
    "Stefan",
    "Tadashi",
    "Tariq",
    "Teresa",
    "Tomasz",
    "Valentina",
    "Viktor",
    "Wei",
    "William",
    "Yara",
    "Yusuf",
    "Zoë",
    "Željko",
];

const LAST_NAMES: &[&str] = &[
    "Abara",
    "Almeida",
    "Andersen",
    "Baker",
    "Banerjee",
    "Bauer",
    "Bianchi",
    "Bouchard",
    "Brennan",
    "Carvalho",
    "Castillo",
    "Chen",
    "Costa",
    "Dahl",
    "Davies",
    "de Vries",
    "Dubois",
    "Eriksson",
    "Evans",
    "Fernández",
    "Ferrari",
    "Fischer",
    "Fitzgerald",
    "Fujimoto",
    "García",
    "Gruber",
    "Haddad",
    "Hansen",
    "Harris",
    "Hoffmann",
    "Horvat",
    "Ibrahim",
    "Ito",
    "Ivanov",
    "Jansen",
    "Johnson",
    "Kapoor",
    "Karlsson",
    "Keller",
    "Kim",
    "Kowalski",
    "Kruger",
    "Larsen",
    "Laurent",
    "Lindgren",
    "Lopes",
    "Mäkinen",
    "Marino",
    "Martínez",
    "McAllister",
    "Meyer",
    "Moreau",
    "Mueller",
    "Murphy",
    "Nakamura",
    "Nielsen",
    "Novák",
    "Nwosu",
    "O'Connor",
    "Okafor",
    "Olsen",
    "Ortega",
    "Park",
    "Patel",
    "Pereira",
    "Petrov",
    "Quinn",
    "Ramírez",
    "Reid",
    "Ricci",
    "Rossi",
    "Sánchez",
    "Santos",
    "Schmidt",
    "Schneider",
    "Silva",
    "Singh",
    "Smit",
    "Sørensen",
    "Suzuki",
    "Svensson",
    "Tanaka",
    "Taylor",
    "Thompson",
    "Torres",
    "van Dijk",
    "Varga",
    "Virtanen",
    "Walker",
    "Weber",
    "Williams",
    "Wong",
    "Yamamoto",
    "Young",
    "Zhang",
    "Ziegler",
];

/// Country code, flair id, name and short name.
const FLAIRS: &[(&str, i64, &str, &str)] = &[
    ("US", 223, "United States", "USA"),
    ("GB", 222, "United Kingdom", "GBR"),
    ("DE", 77, "Germany", "DEU"),
    ("NL", 146, "Netherlands", "NLD"),
    ("AU", 16, "Australia", "AUS"),
    ("BR", 31, "Brazil", "BRA"),
    ("ES", 196, "Spain", "ESP"),
    ("IT", 103, "Italy", "ITA"),
    ("FR", 71, "France", "FRA"),
    ("FI", 70, "Finland", "FIN"),
    ("SE", 202, "Sweden", "SWE"),
    ("NO", 155, "Norway", "NOR"),
    ("DK", 57, "Denmark", "DNK"),
    ("PL", 165, "Poland", "POL"),
    ("CA", 39, "Canada", "CAN"),
    ("JP", 105, "Japan", "JPN"),
    ("ZA", 194, "South Africa", "ZAF"),
    ("AT", 17, "Austria", "AUT"),
];

/// A flag shown beside a name.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Flair {
    pub(crate) country: &'static str,
    pub(crate) id: i64,
    pub(crate) name: &'static str,
    pub(crate) short: &'static str,
}

/// The flair of a member.
pub(crate) fn flair(cust_id: i64) -> Flair {
    let (country, id, name, short) = *Dice::new(mix(cust_id as u64, 2)).pick(FLAIRS);
    Flair { country, id, name, short }
}

/// The display name of a made-up member; as in real life, some bear a digit because the name was taken.
pub(crate) fn name(cust_id: i64) -> String {
    let mut dice = Dice::new(mix(cust_id as u64, 1));
    let first = dice.pick(FIRST_NAMES);
    let last = dice.pick(LAST_NAMES);
    if dice.chance(0.12) { format!("{first} {last}{}", dice.between(2, 19)) } else { format!("{first} {last}") }
}

/// The name of a team.
pub(crate) fn team_name(team_id: i64) -> String {
    const BEFORE: &[&str] =
        &["Apex", "Northern Lights", "Redline", "Kerb Hoppers", "Slipstream", "Late Brakers", "Polaris", "Blue Flag"];
    const AFTER: &[&str] = &["Racing", "Motorsport", "eSports", "Sim Racing", "Endurance", "Simsport"];
    let mut dice = Dice::new(mix(team_id as u64, 3));
    format!("{} {} #{}", dice.pick(BEFORE), dice.pick(AFTER), dice.between(1, 99))
}

/// A helmet's paint.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Helmet {
    pattern: i64,
    color1: String,
    color2: String,
    color3: String,
    face_type: i64,
    helmet_type: i64,
}

/// A suit's paint.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Suit {
    pattern: i64,
    color1: String,
    color2: String,
    color3: String,
    body_type: i64,
}

/// A car's paint and number.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Livery {
    car_id: i64,
    pattern: i64,
    color1: String,
    color2: String,
    color3: String,
    number_font: i64,
    number_color1: &'static str,
    number_color2: &'static str,
    number_color3: &'static str,
    number_slant: i64,
    sponsor1: i64,
    sponsor2: i64,
    car_number: String,
    wheel_color: Option<String>,
    rim_type: i64,
}

fn color(dice: &mut Dice) -> String {
    format!("{:06x}", dice.next() & 0xff_ffff)
}

pub(crate) fn helmet(id: i64) -> Helmet {
    let mut dice = Dice::new(mix(id as u64, 4));
    Helmet {
        pattern: dice.between(0, 70),
        color1: color(&mut dice),
        color2: color(&mut dice),
        color3: color(&mut dice),
        face_type: 0,
        helmet_type: 0,
    }
}

pub(crate) fn suit(id: i64) -> Suit {
    let mut dice = Dice::new(mix(id as u64, 5));
    Suit {
        pattern: dice.between(0, 35),
        color1: color(&mut dice),
        color2: color(&mut dice),
        color3: color(&mut dice),
        body_type: 0,
    }
}

pub(crate) fn livery(id: i64, car_id: i64, car_number: &str) -> Livery {
    let mut dice = Dice::new(mix(id as u64, 6));
    Livery {
        car_id,
        pattern: dice.between(0, 24),
        color1: color(&mut dice),
        color2: color(&mut dice),
        color3: color(&mut dice),
        number_font: 0,
        number_color1: "ffffff",
        number_color2: "777777",
        number_color3: "000000",
        number_slant: 0,
        sponsor1: 0,
        sponsor2: 0,
        car_number: car_number.to_owned(),
        wheel_color: dice.chance(0.7).then(|| color(&mut dice)),
        rim_type: dice.between(-1, 2),
    }
}
