//! What a log must obey: the SARIF 2.1.0 schema, as far as our logs use it, and what the standard's text and GitHub's
//! pages ask for beyond the schema.

use std::collections::BTreeSet;

use serde_json::Value;

/// Objects of the schema that the log uses: the name, which properties it may have and which it must have.
const OBJECTS: &[(&str, &[&str], &[&str])] = &[
    ("log", &["$schema", "version", "runs"], &["version", "runs"]),
    (
        "run",
        &[
            "tool",
            "automationDetails",
            "originalUriBaseIds",
            "invocations",
            "artifacts",
            "results",
            "properties",
        ],
        &["tool", "results"],
    ),
    ("tool", &["driver"], &["driver"]),
    ("driver", &["name", "semanticVersion", "rules"], &["name"]),
    (
        "rule",
        &[
            "id",
            "name",
            "shortDescription",
            "fullDescription",
            "help",
            "defaultConfiguration",
            "properties",
        ],
        &["id"],
    ),
    ("configuration", &["level", "rank"], &[]),
    ("message", &["text"], &["text"]),
    (
        "invocation",
        &["executionSuccessful", "toolConfigurationNotifications"],
        &["executionSuccessful"],
    ),
    (
        "notification",
        &["level", "message", "associatedRule"],
        &["message"],
    ),
    ("reference", &["id", "index"], &["id"]),
    (
        "artifact",
        &["location", "description", "roles", "hashes", "properties"],
        &["location"],
    ),
    ("artifactLocation", &["uri", "uriBaseId", "index"], &["uri"]),
    ("base", &["description"], &[]),
    (
        "result",
        &[
            "ruleId",
            "ruleIndex",
            "level",
            "rank",
            "message",
            "locations",
            "relatedLocations",
            "partialFingerprints",
            "suppressions",
            "properties",
        ],
        // `locations` and a fingerprint are GitHub's.
        &["message", "ruleId", "locations", "partialFingerprints"],
    ),
    (
        "location",
        &["id", "physicalLocation", "logicalLocations", "message"],
        &["physicalLocation"],
    ),
    (
        "physicalLocation",
        &["artifactLocation", "region"],
        &["artifactLocation", "region"],
    ),
    ("region", &["startLine"], &["startLine"]),
    ("logicalLocation", &["name", "fullyQualifiedName"], &[]),
    (
        "suppression",
        &["kind", "status", "justification", "properties"],
        &["kind"],
    ),
];

/// What is wrong with a log.
#[derive(Default)]
struct Wrong(Vec<String>);

impl Wrong {
    fn unless(&mut self, holds: bool, what: impl FnOnce() -> String) {
        if !holds {
            self.0.push(what());
        }
    }

    /// The object, after a look at which members it has.
    fn object<'a>(&mut self, kind: &str, value: &'a Value) -> &'a Value {
        let (_, may, must) = OBJECTS.iter().find(|(name, ..)| *name == kind).unwrap();
        let Some(object) = value.as_object() else {
            self.0.push(format!("{kind}: {value}"));
            return value;
        };
        for key in object.keys() {
            self.unless(may.contains(&key.as_str()), || format!("{kind}: {key}?"));
        }
        for key in *must {
            self.unless(object.contains_key(*key), || format!("{kind}: no {key}"));
        }
        value
    }

    fn message(&mut self, value: &Value) {
        let text = self.object("message", value)["text"]
            .as_str()
            .unwrap_or_default();
        self.unless(!text.is_empty(), || "an empty message".to_owned());
        let single = text.replace("{{", "").replace("}}", "");
        self.unless(!single.contains(['{', '}']), || {
            format!("a placeholder: {text}")
        });
        self.unless(!text.contains("]("), || format!("a link: {text}"));
    }

    fn one_of(&mut self, value: &Value, allowed: &[&str]) {
        let known = value.as_str().is_some_and(|word| allowed.contains(&word));
        self.unless(known, || format!("{value} is none of {allowed:?}"));
    }

    fn distinct(&mut self, what: &str, values: &[Value]) {
        let seen: BTreeSet<_> = values.iter().map(Value::to_string).collect();
        self.unless(seen.len() == values.len(), || format!("{what} repeat"));
    }

    fn rank(&mut self, value: &Value) {
        let within = value.as_f64().is_some_and(|r| (0.0..=100.0).contains(&r));
        self.unless(within, || format!("rank {value}"));
    }
}

pub(super) fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

const LEVELS: &[&str] = &["note", "warning", "error"];

/// All that is wrong with a log.
pub(super) fn wrong(log: &Value) -> Vec<String> {
    let mut wrong = Wrong::default();
    let top = wrong.object("log", log);
    wrong.one_of(&top["version"], &["2.1.0"]);
    for run in list(&top["runs"]) {
        let run = wrong.object("run", run);
        let driver = &wrong.object("tool", &run["tool"])["driver"];
        let rules = list(&wrong.object("driver", driver)["rules"]);
        wrong.distinct("rules", rules);
        rules.iter().for_each(|rule| check_rule(&mut wrong, rule));
        let artifacts = list(&run["artifacts"]);
        wrong.distinct("artifacts", artifacts);
        for artifact in artifacts {
            check_artifact(&mut wrong, artifact);
        }
        for base in run["originalUriBaseIds"].as_object().unwrap().values() {
            let base = wrong.object("base", base);
            wrong.message(&base["description"]);
        }
        for invocation in list(&run["invocations"]) {
            let invocation = wrong.object("invocation", invocation);
            for note in list(&invocation["toolConfigurationNotifications"]) {
                let note = wrong.object("notification", note);
                wrong.one_of(&note["level"], LEVELS);
                wrong.message(&note["message"]);
                if let Some(rule) = note.get("associatedRule") {
                    let rule = wrong.object("reference", rule);
                    check_rule_index(&mut wrong, rules, &rule["id"], &rule["index"]);
                }
            }
        }
        let results = list(&run["results"]);
        for result in results {
            check_result(&mut wrong, result, rules, artifacts);
        }
        let prints = results.iter().map(|r| r["partialFingerprints"].clone());
        let prints: Vec<_> = prints.collect();
        wrong.distinct("fingerprints", &prints);
    }
    wrong.0
}

fn check_rule(wrong: &mut Wrong, rule: &Value) {
    let rule = wrong.object("rule", rule);
    for text in ["shortDescription", "fullDescription", "help"] {
        wrong.message(&rule[text]);
        let length = rule[text]["text"].as_str().unwrap().len();
        wrong.unless(length <= 1024, || format!("{text} is too long for GitHub"));
    }
    let configuration = wrong.object("configuration", &rule["defaultConfiguration"]);
    wrong.one_of(&configuration["level"], LEVELS);
    wrong.rank(&configuration["rank"]);
    let properties = &rule["properties"];
    wrong.distinct("tags", list(&properties["tags"]));
    let score: Option<f64> = properties["security-severity"]
        .as_str()
        .and_then(|s| s.parse().ok());
    let within = score.is_some_and(|s| s > 0.0 && s <= 10.0);
    wrong.unless(within, || format!("{:?}: security-severity", rule["id"]));
    wrong.unless(!list(&properties["controls"]).is_empty(), || {
        "no controls".to_owned()
    });
}

fn check_artifact(wrong: &mut Wrong, artifact: &Value) {
    let artifact = wrong.object("artifact", artifact);
    check_uri(wrong, &artifact["location"]);
    wrong.distinct("roles", list(&artifact["roles"]));
    for role in list(&artifact["roles"]) {
        wrong.one_of(role, &["analysisTarget", "referencedOnCommandLine"]);
    }
    let digest = artifact["hashes"]["sha-256"].as_str().unwrap_or_default();
    let hex = digest.len() == 64 && digest.chars().all(|c| c.is_ascii_hexdigit());
    wrong.unless(hex, || format!("sha-256 {digest}"));
}

fn check_uri(wrong: &mut Wrong, location: &Value) {
    let location = wrong.object("artifactLocation", location);
    let uri = location["uri"].as_str().unwrap_or_default();
    let legal = |c: char| c.is_ascii_alphanumeric() || "-._~/%:".contains(c);
    wrong.unless(uri.chars().all(legal), || format!("uri {uri}"));
    let absolute = uri.starts_with("file:///");
    let relative = !uri.starts_with('/') && !uri.contains(':');
    wrong.unless(absolute || relative, || format!("uri {uri}"));
    let based = location.get("uriBaseId").is_some();
    wrong.unless(based != absolute, || format!("uri {uri} and its base"));
    let up = uri.split('/').any(|part| part == ".." || part == ".");
    wrong.unless(!up, || format!("uri {uri} leads elsewhere"));
}

fn check_rule_index(wrong: &mut Wrong, rules: &[Value], id: &Value, index: &Value) {
    let at = index
        .as_u64()
        .and_then(|at| rules.get(usize::try_from(at).ok()?));
    let same = at.is_some_and(|rule| rule["id"] == *id);
    wrong.unless(same, || format!("rule {index} is not {id}"));
}

fn check_result(wrong: &mut Wrong, result: &Value, rules: &[Value], artifacts: &[Value]) {
    let result = wrong.object("result", result);
    check_rule_index(wrong, rules, &result["ruleId"], &result["ruleIndex"]);
    wrong.one_of(&result["level"], LEVELS);
    wrong.rank(&result["rank"]);
    wrong.message(&result["message"]);
    let locations = list(&result["locations"]);
    wrong.unless(locations.len() == 1, || "not one location".to_owned());
    let related = list(&result["relatedLocations"]);
    wrong.distinct("related locations", related);
    let ids: Vec<_> = related.iter().map(|l| l["id"].clone()).collect();
    wrong.distinct("ids of locations", &ids);
    for location in locations.iter().chain(related) {
        let location = wrong.object("location", location);
        if let Some(message) = location.get("message") {
            wrong.message(message);
        }
        for logical in list(&location["logicalLocations"]) {
            wrong.object("logicalLocation", logical);
        }
        let physical = wrong.object("physicalLocation", &location["physicalLocation"]);
        wrong.object("region", &physical["region"]);
        let at = &physical["artifactLocation"];
        check_uri(wrong, at);
        let index = at["index"].as_u64().map(|at| usize::try_from(at).unwrap());
        let artifact = index.and_then(|at| artifacts.get(at));
        let same = artifact.is_some_and(|a| a["location"]["uri"] == at["uri"]);
        wrong.unless(same, || format!("{at} is another artifact"));
    }
    let print = &result["partialFingerprints"]["primaryLocationLineHash"];
    wrong.unless(print.is_string(), || "no fingerprint for GitHub".to_owned());
    for suppression in list(&result["suppressions"]) {
        let suppression = wrong.object("suppression", suppression);
        wrong.one_of(&suppression["kind"], &["external", "inSource"]);
        wrong.one_of(&suppression["status"], &["accepted"]);
    }
}
