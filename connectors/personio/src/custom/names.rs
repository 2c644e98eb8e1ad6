//! Names of custom attributes: whether they can be read at all, and whether they speak of something personal.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Longest key, in characters.
const LONGEST: usize = 64;

/// What the names of an attribute amount to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Name {
    /// One speaks of something personal.
    Denied,
    /// A name for people, as a key.
    Readable(String),
    /// None that can be read and checked.
    Unreadable,
}

impl Name {
    /// Judges all names together: the harmless one does not excuse another.
    pub(super) fn of(id: Option<&str>, global_id: Option<&str>, label: Option<&str>) -> Self {
        let all = || [id, global_id, label].into_iter().flatten();
        if all().any(denied) {
            return Self::Denied;
        }
        // A name in letters the deny list does not know may say anything.
        if all().any(foreign) {
            return Self::Unreadable;
        }
        let mut names = [global_id, label].into_iter().flatten();
        match names.find(|name| !is_opaque(name)) {
            Some(name) => Self::Readable(key(name)),
            None => Self::Unreadable,
        }
    }
}

/// Lower-case Latin letters without marks, twice: German umlauts as two letters and as one.
fn folded(name: &str) -> [String; 2] {
    let lower: String = name.nfc().flat_map(char::to_lowercase).collect();
    let spelled = lower
        .replace('ä', "ae")
        .replace('ö', "oe")
        .replace('ü', "ue");
    [spelled, lower].map(|text| {
        let plain = text.nfkd().filter(|c| !is_combining_mark(*c));
        let mut out = String::new();
        for c in plain.flat_map(char::to_lowercase) {
            match c {
                'ß' => out.push_str("ss"),
                'æ' => out.push_str("ae"),
                'œ' => out.push_str("oe"),
                'ø' => out.push('o'),
                'ł' => out.push('l'),
                'đ' | 'ð' => out.push('d'),
                'þ' => out.push_str("th"),
                'ı' => out.push('i'),
                c => out.push(c),
            }
        }
        out
    })
}

/// Whether letters are left that are not Latin ones.
fn foreign(name: &str) -> bool {
    folded(name)[0]
        .chars()
        .any(|c| c.is_alphanumeric() && !c.is_ascii_alphanumeric())
}

/// Whether a name is an identifier that says nothing: `dynamic_305`, a number, a UUID.
pub(super) fn is_opaque(name: &str) -> bool {
    const SAY_NOTHING: [&str; 5] = ["dynamic", "custom", "attribute", "field", "attr"];
    let name = &folded(name)[0];
    let words = name.split(|c: char| !c.is_ascii_alphanumeric());
    let rest: String = words
        .map(|word| {
            let prefix = SAY_NOTHING.iter().find_map(|p| word.strip_prefix(p));
            prefix.unwrap_or(word)
        })
        .collect();
    // Without a digit, hexadecimal letters are a word such as `facade`.
    let numbered = rest.contains(|c: char| c.is_ascii_digit());
    let mut letters = rest.chars().filter(char::is_ascii_alphabetic).peekable();
    letters.peek().is_none() || (numbered && letters.all(|c| c.is_ascii_hexdigit()))
}

/// The name in snake_case.
pub(super) fn key(name: &str) -> String {
    let mut key = String::new();
    for c in folded(name)[0].chars() {
        match c.is_ascii_alphanumeric() {
            true => key.push(c),
            false if !key.is_empty() && !key.ends_with('_') => key.push('_'),
            false => {}
        }
        if key.len() >= LONGEST {
            break;
        }
    }
    key.truncate(key.trim_end_matches('_').len());
    key
}

/// Whether a name speaks of something personal in any of the languages the list knows.
fn denied(name: &str) -> bool {
    let parted = parted(name);
    let words: Vec<[String; 2]> = parted.split_whitespace().map(folded).collect();
    let squeezed = folded(name).map(|text| {
        let kept = text.chars().filter(char::is_ascii_alphanumeric);
        kept.collect::<String>()
    });
    DENIED.iter().any(|topic| {
        let mut stems = topic.stems.split_whitespace();
        let stem = stems.any(|stem| squeezed.iter().any(|name| name.contains(stem)));
        let mut whole = topic.words.split_whitespace();
        stem || whole.any(|word| words.iter().flatten().any(|known| known == word))
    })
}

/// The words of a name, also of `camelCase` and `snake_case`.
fn parted(name: &str) -> String {
    let mut out = String::new();
    let mut lower = false;
    for c in name.nfc() {
        if (c.is_uppercase() && lower) || !c.is_alphabetic() {
            out.push(' ');
        }
        if c.is_alphabetic() {
            out.push(c);
        }
        lower = c.is_lowercase();
    }
    out
}

/// A topic nobody may keep: beginnings and parts of words, and words that would be part of harmless ones.
pub(super) struct Topic {
    #[cfg_attr(not(test), expect(dead_code, reason = "names the topic in tests"))]
    pub(super) name: &'static str,
    stems: &'static str,
    words: &'static str,
}

/// English, German, French, Spanish, Italian, Dutch, Portuguese; folded.
pub(super) const DENIED: &[Topic] = &[
    Topic {
        name: "address",
        stems: "address adress street strasse postal postcode postleit zipcode wohn residen residenz domicil domizil \
                direccion domicilio indirizzo endereco woonplaats hausnummer housenumber heimat hometown anschrift \
                codepostal geolocation",
        words: "city town ort plz zip home ville ciudad citta stad rue calle via cidade county",
    },
    Topic {
        name: "contact",
        stems: "phone mobil telef handy cellular rufnummer celular cellulare movil whatsapp email skype kontakt \
                contactd homecontact",
        words: "mail tel fax gsm cell portable contact",
    },
    Topic {
        name: "birth",
        stems: "birth geburt naissance nacimiento nascita nascimento geboort cumplean complean verjaardag \
                anniversaire dateofb aniversario",
        words: "dob bday age alter edad eta leeftijd idade geb",
    },
    Topic {
        name: "gender",
        stems: "gender geschlecht genero genere geslacht pronoun pronomen orientation orientierung salutation anrede \
                civilite transg",
        words: "sex sexe sexo sesso sexual",
    },
    Topic {
        name: "family",
        stems: "marital familienstand married verheirat spouse ehepartner ehegatt ehefrau children kinder enfant \
                dependent matrimon etatcivil estadocivil statocivile burgerlijke familysit familie lebenspartner \
                maidenname conjoint conyuge coniuge",
        words: "child kind kids wife husband family hijos figli filhos widow divorced ledig",
    },
    Topic {
        name: "origin",
        stems: "nationalit nacional nazional staatsang citizen burgerschaft buergerschaft ethni herkunft rassisch \
                migrat cittadinanza ciudadan countryoforigin cidadan",
        words: "race rasse origin",
    },
    Topic {
        name: "identity",
        stems: "socialsec sozialvers sozialnummer nationalid nationalins insurance versicherung passport passeport \
                pasaporte passaporto paspoort reisepass ausweis identity identit identidad identif driverslic \
                driverlic drivinglic fuhrerschein fuehrerschein permit aufenthalt arbeitserlaubnis \
                securitesociale numerosecu seguridadsocial codicefiscale burgerservice residencetitle cedula",
        words: "ssn nin nino nif nie dni bsn pesel cpf svnr rvnr pps ppsn ahv curp rfc nir insee visa pass nid sin \
                cnp npwp",
    },
    Topic {
        name: "tax",
        stems: "steuer lohnsteuer taxid taxclass taxcode taxnum taxation impot impuesto belasting elstam fiscal tribut \
                imposto",
        words: "tax taxes vat irpf tin",
    },
    Topic {
        name: "bank",
        stems: "iban bank konto accountnumber accountno sortcode routingn banque banco rekening creditcard kreditkart \
                paypal crypto",
        words: "bic swift blz rib account banca",
    },
    Topic {
        name: "pay",
        stems: "salary salari gehalt lohn wage compensat bonus bonif vergut verguet entgelt payroll payslip payment \
                paygrade payband paygroup pension income einkommen remunerat remunerac retribu stipendi salaire \
                salarial sueldo ordenado beloning stockoption equity vsop esop allowance zulage pramie praemie earning \
                verdienst stundensatz hourlyrate gratifik commission overtimepay severance abfind garnish pfand \
                pfaend incentiv benefit",
        words: "pay rate ctc ote vwl bav loon nomina rente provision paga",
    },
    Topic {
        name: "belief",
        stems: "church kirche konfession confess religi belief glauben politic politisch partei parteizu faith",
        words: "party credo",
    },
    Topic {
        name: "health",
        stems: "health gesund krank sick disab behind handicap medical medizin diagnos allerg diet blood blut vaccin \
                impf pregnan schwanger mutterschutz maternity paternity maladie salud salute enferm discapac invalid \
                gezondheid ziekte covid illness injur unfall therap mental",
        words: "bmi health weight gewicht",
    },
    Topic {
        name: "emergency",
        stems: "emergen notfall urgence noodgeval nextofkin angehorig angehoerig urgenc",
        words: "ice kin",
    },
    Topic {
        name: "union",
        stems: "tradeunion gewerkschaft syndic sindicat sindacat vakbond",
        words: "union unions",
    },
    Topic {
        name: "leaving",
        stems: "terminat kundig kuendig dismiss leaving disciplin abmahn licenci despid licenziam ontslag austritt \
                exitreason resign reasonfor criminal fuhrungszeugnis fuehrungszeugnis backgroundcheck",
        words: "fired quit exit",
    },
    Topic {
        name: "biometrics",
        stems: "photo picture foto avatar biometr fingerprint signature unterschrift",
        words: "image bild",
    },
    Topic {
        name: "secrets",
        stems: "password passwort kennwort pincode secret token apikey licensekey",
        words: "pin puk key",
    },
    Topic {
        name: "free text",
        stems: "comment kommentar bemerkung remark anmerkung commentaire comentario feedback",
        words: "note notes notiz notizen notas note",
    },
];
