//! What `policy init` and `links suggest` propose: texts that an operator goes on with, and that do nothing by
//! themselves.

use std::fs;

use connector_core::model::{AccountType, StatusKind};
use connector_testkit::file::{SyncFile, User, user};

use crate::support::{Files, Ran, at, audit};

const SEEN: &str = "2026-03-10T08:00:00Z";

fn person(id: &str, name: &str, email: &str) -> User {
    user(id, name)
        .email(email)
        .fact("start_date", "2024-02-01")
        .state(StatusKind::Enabled, "active")
}

/// An HR file and an app's, in a directory of their own.
struct Company {
    files: Files,
}

impl Company {
    fn new(hr: &SyncFile, app: &SyncFile) -> Self {
        let company = Self {
            files: Files::new(),
        };
        hr.write(&company.files.path("hr.c1z")).unwrap();
        app.write(&company.files.path("app.c1z")).unwrap();
        company
    }

    fn path(&self, name: &str) -> String {
        self.files.path(name).display().to_string()
    }

    /// Runs a command on the files, with further arguments of which those with a dot are files, too.
    fn run(&self, words: &[&str], more: &[&str]) -> Ran {
        let files = ["hr.c1z", "app.c1z"];
        let of = |word: &&str| match word.contains('.') {
            true => self.path(word),
            false => (*word).to_owned(),
        };
        let args: Vec<String> = words.iter().chain(&files).chain(more).map(of).collect();
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        let ran = audit(&args);
        Ran {
            out: self.files.without_paths(&ran.out),
            err: self.files.without_paths(&ran.err),
            ..ran
        }
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.files.path(name)).unwrap()
    }

    /// How many findings a check has with further arguments, which must not be wrong.
    fn findings(&self, check: &str, more: &[&str]) -> usize {
        let only = ["--only", check, "--format", "json"];
        let ran = self.run(&["check"], &[&only, more].concat());
        assert!(ran.code < 2, "{}", ran.err);
        let found: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
        let found = found["findings"].as_array().unwrap().iter();
        found.filter(|it| it["check"] == check).count()
    }
}

fn small() -> Company {
    let mut hr = SyncFile::ended_at(at(SEEN))
        .user(person("1", "Ines Vidal", "ines@example.com").fact("job_title", "Chief"))
        .user(person("2", "Ada Lima", "ada@example.com").fact("manager_id", "1"))
        .user(person("3", "Bo Rey", "bo@exmaple.com").fact("manager_id", "2"))
        .user(person("lost", "No Manager", "lost@example.com"))
        .user(person("4", "Kim Oh", "kim@example.com").fact("manager_id", "6"))
        .user(
            person("6", "Uma \"Q\"\nNair", "uma@example.com")
                .fact("manager_id", "")
                .state(StatusKind::Enabled, "civil \"service\"\u{9b}31m"),
        );
    for at in 10..30 {
        let named = person(
            &format!("{at}"),
            &format!("Person {at}"),
            &format!("p{at}@example.com"),
        );
        hr = hr.user(named.fact("manager_id", "2"));
    }
    let robot = |id: &str, login: &str| {
        user(id, login)
            .login(login)
            .state(StatusKind::Enabled, "active")
    };
    let app = SyncFile::ended_at(at(SEEN))
        .user(
            robot("a-1", "ines")
                .email("ines@example.com")
                .fact("org_role", "admin"),
        )
        .user(robot("b-1", "deploy-bot"))
        .user(robot("b-2", "nightly").account_type(AccountType::Service))
        .user(robot("b-3", "Help Desk").email("support@example.com"))
        .user(robot("b-4", "x\"]\n[[disabled]]\u{2028}backup # \u{202e}"))
        .user(robot("b-5", "Abbot"))
        .role("boss", "Super Administrator");
    Company::new(&hr, &app)
}

#[test]
fn a_starter_policy_says_what_is_there() {
    let company = small();
    let ran = company.run(&["policy", "init"], &[]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    let (_, text) = ran.out.split_once("\n\n").unwrap();
    insta::assert_snapshot!(text, @r##"
    [people]
    # Domains of work e-mail addresses (HR-05). Those of few people may be mistakes.
    allowed_domains = [
        "example.com", # 25 people
        # "exmaple.com", # 1 person
    ]

    [exempt.managers]
    # People without a manager whom others report to: who leads the company needs none (HR-02, AC-04).
    emails = [
        "ines@example.com", # Ines Vidal, Chief; 22 people below (hr)
    ]

    [service_accounts]
    # Accounts that belong to nobody in the HR files and may be a program's (AC-02, AC-10, AC-11).
    logins = [
        # "deploy-bot", # deploy-bot (user:b-1, app): sounds like a program's
        # "Help Desk", # Help Desk (user:b-3, app): the address of a shared mailbox
        # "x\"]\n[[disabled]]\u2028backup # \u202E", # x"] [[disabled]] backup #  (user:b-4, app): sounds like a program's
    ]

    # Accounts of programs that nobody is responsible for (AC-11): name a person for each.
    # nightly (user:b-2, app) has no owner
    # [[service_owner]]
    # logins = ["nightly"]
    # person = ""

    [states]
    # Words for states that are not understood (DQ-04). Each means one of prehire, onboarding, active, leave,
    # terminated, retired and deceased.
    # "civil \"service\" 31m" = "" # 1 in hr

    # What is powerful by the built-in words (AC-04, AC-07, AC-08). With [admin] names the words count no more, so
    # that a list has to be complete.
    # [admin]
    # names = [
    #     "Super Administrator", # 1 entitlement (app)
    #     "admin", # organisation role of 1 account (app)
    # ]

    # How many days after the last day access may remain (AC-01, AC-05).
    # [leavers]
    # grace_days = 1

    # Who reviews what has no other reviewer, and who owns the apps.
    # [review]
    # fallback = ""
    # [[review.owner]]
    # apps = ["app"]
    # person = ""
    "##);
}

#[test]
fn a_starter_policy_is_a_policy_and_hides_only_the_head_of_the_company() {
    let company = small();
    let ran = company.run(&["policy", "init"], &["--out", "policy.toml"]);
    assert_eq!(
        (ran.code, ran.out.as_str(), ran.err.as_str()),
        (
            0,
            "policy.toml: a starter, to be read before it is used\n",
            ""
        )
    );
    for (check, without, with) in [("HR-02", 2, 1), ("AC-02", 4, 4), ("HR-05", 0, 1)] {
        assert_eq!(company.findings(check, &[]), without, "{check}");
        let found = company.findings(check, &["--policy", "policy.toml"]);
        assert_eq!(found, with, "{check}");
    }
    // Every line that is proposed can be taken over as it is.
    let text = company.read("policy.toml");
    let lines = text.lines().map(|line| {
        let entry = line.trim_start().strip_prefix("# \"");
        entry.map_or(line.to_owned(), |entry| format!("\"{entry}"))
    });
    let taken: Vec<String> = lines.filter(|line| !line.contains("\"\" # ")).collect();
    fs::write(company.files.path("taken.toml"), taken.join("\n")).unwrap();
    assert_eq!(company.findings("AC-02", &["--policy", "taken.toml"]), 1);
}

#[test]
fn nothing_that_is_there_is_replaced_unasked() {
    let company = small();
    for (words, name) in [
        (["policy", "init"], "policy.toml"),
        (["links", "suggest"], "links.csv"),
    ] {
        fs::write(company.files.path(name), "mine").unwrap();
        let ran = company.run(&words, &["--out", name]);
        assert_eq!((ran.code, ran.out.as_str()), (9, ""));
        assert_eq!(
            ran.err,
            format!(
                "baton-audit: {name} is there already\n\
                 hint: give another name, or replace the file with --force\n"
            )
        );
        assert_eq!(company.read(name), "mine");
        assert_eq!(company.run(&words, &["--out", name, "--force"]).code, 0);
        assert!(company.read(name).starts_with("# "));
        assert_eq!(
            company.run(&words, &["--out", "app.c1z", "--force"]).code,
            3
        );
    }
}

fn joined() -> Company {
    let hr = SyncFile::ended_at(at(SEEN))
        .user(person("1", "José D’Angelo", "jose.dangelo.4@example.com").employee_id("0042"))
        .user(person("2", "Jörg Müller", "joerg@example.com").fact("job_title", "=SUM(1),Engineer"))
        .user(person("3", "Noor Haddad", "noor@sub.example.org"))
        .user(person("4", "Haddad Noor", "other@example.com"))
        .user(person("5", "Li Wen", "li@example.com").employee_id("77"));
    let of = |id: &str, name: &str| user(id, name).state(StatusKind::Enabled, "active");
    let app = SyncFile::ended_at(at(SEEN))
        .user(of("a1", "Jose D'Angelo").login("jose-dangelo-4"))
        .user(of("a2", "jm").login("jmueller"))
        .user(of("a3", "NOOR  HADDAD"))
        .user(of("a4", "somebody").email("li@example.org"))
        .user(of("a5", "by number").login("42"))
        .user(of("a6", "nobody").login("nobody"))
        .user(of("a7", "Li Wen").email("li@example.com"))
        .user(
            of("a8", "off")
                .login("joerg")
                .state(StatusKind::Disabled, "disabled"),
        )
        .user(
            of(
                "=cmd\n9,user:x,user:1",
                "Wen, =HYPERLINK(\"x\")\nuser:a6,user:1",
            )
            .login("li"),
        );
    Company::new(&hr, &app)
}

#[test]
fn candidates_are_named_with_what_speaks_for_them() {
    let company = joined();
    let ran = company.run(&["links", "suggest"], &[]);
    assert_eq!(ran.code, 0);
    assert_eq!(
        ran.err,
        "note: 6 of 7 usable accounts without a known owner have candidates\n\
         note: 1 candidate cannot be written as CSV; --out with a name that ends in .toml has them all\n"
    );
    insta::assert_snapshot!(ran.out, @r##"
    # Who accounts may belong to that no person was matched to. Nothing here is a link yet.
    # Confirm a candidate by taking away the # in front of its line; at most one for each account.
    app,account,person
    #
    # app Wen  =HYPERLINK( x ) user:a6 user:1 (user:=cmd 9 user:x user:1 li): 1 candidate
    # medium - Li Wen / li@example.com: same name in front of the @ or as login
    # cannot be written as CSV
    #
    # app Jose D'Angelo (user:a1 jose-dangelo-4): 1 candidate
    # high - José D’Angelo / jose.dangelo.4@example.com: same name in front of the @ or as login and same name
    #app,user:a1,user:1
    #
    # app jm (user:a2 jmueller): 1 candidate
    # low - Jörg Müller / joerg@example.com / =SUM(1) Engineer: login as usually made of the name
    #app,user:a2,user:2
    #
    # app NOOR  HADDAD (user:a3): 2 candidates
    # medium - Noor Haddad / noor@sub.example.org: same name
    #app,user:a3,user:3
    # medium - Haddad Noor / other@example.com: same name
    #app,user:a3,user:4
    #
    # app somebody (user:a4 li@example.org): 1 candidate
    # medium - Li Wen / li@example.com: same name in front of the @ or as login
    #app,user:a4,user:5
    #
    # app by number (user:a5 42): 1 candidate
    # medium - José D’Angelo / jose.dangelo.4@example.com: employee number
    #app,user:a5,user:1
    #
    # app nobody (user:a6 nobody): no candidate
    "##);
}

#[test]
fn nothing_is_linked_before_a_person_confirms_it() {
    let company = joined();
    let without = company.findings("AC-02", &[]);
    assert_eq!(without, 7);
    for name in ["links.csv", "links.toml"] {
        assert_eq!(company.run(&["links", "suggest"], &["--out", name]).code, 0);
        assert_eq!(
            company.findings("AC-02", &["--links", name]),
            without,
            "{name}"
        );
    }
    let csv = company.read("links.csv");
    let confirmed = csv.replace("#app,user:a1,", "app,user:a1,");
    assert_ne!(confirmed, csv);
    fs::write(company.files.path("links.csv"), confirmed).unwrap();
    assert_eq!(
        company.findings("AC-02", &["--links", "links.csv"]),
        without - 1
    );
    // What no line of CSV can hold is a link in TOML.
    let toml = company.read("links.toml");
    let mut hostile = String::new();
    let lines: Vec<&str> = toml.lines().collect();
    for link in lines
        .windows(4)
        .filter(|it| it[0] == "# [[link]]" && it[2].contains("cmd"))
    {
        let link: Vec<&str> = link.iter().map(|line| &line[2..]).collect();
        hostile.push_str(&format!("{}\n", link.join("\n")));
    }
    assert_eq!(hostile.matches("[[link]]").count(), 1);
    fs::write(company.files.path("hostile.toml"), hostile).unwrap();
    assert_eq!(
        company.findings("AC-02", &["--links", "hostile.toml"]),
        without - 1
    );
}
