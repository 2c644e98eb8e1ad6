//! The worked example of the documentation: a small company, the sample policy, and what comes out.

use connector_core::model::StatusKind;
use connector_testkit::file::{User, user};

use super::{Company, today};
use crate::support::audit;

fn person(id: &str, name: &str, title: &str, department: &str) -> User {
    user(id, name)
        .email(&format!("{id}@example.com"))
        .employee_id(&format!("E-{id}"))
        .fact("job_title", title)
        .fact("department", department)
        .fact("start_date", "2024-02-01")
        .state(StatusKind::Enabled, "active")
}

fn company() -> Company {
    let left = |user: User, day: &str| {
        user.state(StatusKind::Disabled, "terminated")
            .fact("end_date", day)
    };
    let hr = today()
        .user(person(
            "ceo",
            "Ines Vidal",
            "Chief Executive Officer",
            "Executive Board",
        ))
        .user(person("tomas", "Tomás Rey", "Staff Engineer", "Platform").fact("manager_id", "ceo"))
        .user(person("li", "Li Wen", "Accountant", "Finance").fact("manager_id", "ceo"))
        .user(
            left(
                person("jo-anne", "Jo-Anne Bell", "Engineer", "Platform"),
                "2026-02-27",
            )
            .fact("manager_id", "tomas"),
        )
        .user(
            left(
                person("mikkel.b", "Mikkel Berg", "Engineer", "Platform"),
                "2026-03-09",
            )
            .fact("manager_id", "tomas"),
        );
    let app = |login: &str, role: &str| {
        user(&format!("gh-{login}"), login)
            .login(login)
            .fact("org_role", role)
    };
    let pipeline = today()
        .user(app("tomas", "admin").email("Tomas@Example.com"))
        .user(app("li", "admin").email("li@example.com"))
        .user(app("jbell", "member").email("jo-anne@example.com"))
        .user(app("mberg", "member").email("mikkel.b@example.com"))
        .user(app("deploy-bot", "member"))
        .user(app("octocat", "member"))
        .user(app("hubber", "member"));
    Company::new(&hr).app("pipeline", &pipeline)
}

#[test]
fn the_sample_policy_on_a_small_company() {
    let company = company();
    let file = |name: &str| company.files.path(name).display().to_string();
    let sample = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/audit-policy.toml");
    // The example accepts an account by the id that Pipeline gives it.
    let policy = std::fs::read_to_string(sample).unwrap();
    let policy = policy.replace("user:octocat", "user:gh-octocat");
    std::fs::write(file("policy.toml"), policy).unwrap();
    std::fs::write(
        file("links.csv"),
        "app,account,person\npipeline,hubber,tomas@example.com\n",
    )
    .unwrap();
    let ran = audit(&[
        "check",
        &file("hr.c1z"),
        &file("pipeline.c1z"),
        "--policy",
        &file("policy.toml"),
        "--links",
        &file("links.csv"),
    ]);
    assert_eq!((ran.code, ran.err.as_str()), (1, ""));
    let shown = company.files.without_paths(&ran.out);
    let (_, findings) = shown.split_once("\n\n").unwrap();
    insta::assert_snapshot!(findings, @r#"
    CRITICAL (1)

    AC-01  No person who left still has access (1)
           To do: Disable the account in the app now and find out why offboarding missed it.
      Subject                          Finding                                                                                                                Evidence
      jbell (user:gh-jbell, pipeline)  is not disabled although Jo-Anne Bell had the last day 2026-02-27, 11 days before 2026-03-10, and the policy allows 1  pipeline resource 3, hr resource 4

    HIGH (1)

    AC-03  Access fits the person's role (1)
           To do: Remove the access, or extend the role rule in the policy.
      Subject                          Finding                                                                                                                Evidence
      li (user:gh-li, pipeline)        holds admin against the policy (Pipeline admins are engineers); Li Wen is Accountant in Finance                        pipeline resource 2, hr resource 3

    LOW (1)

    AC-01  No person who left still has access (1)
           To do: Disable the account in the app now and find out why offboarding missed it.
      Subject                          Finding                                                                                                                Evidence
      mberg (user:gh-mberg, pipeline)  is not disabled; Mikkel Berg had the last day 2026-03-09, access may remain until 2026-03-10                           pipeline resource 4, hr resource 5

    ACCEPTED BY THE POLICY (1)
      Check  Subject                              Finding                               Reason                                                Accepted
      AC-02  octocat (user:gh-octocat, pipeline)  belongs to no person in the HR files  Contractor of the agency, listed in contract 2026-14  until 2026-12-31

    NOT RUN (7)
      Check  Title                                       Why
      HR-08  The department's name means one department  switched off by the policy: Departments are maintained in another system
      AC-05  Access is removed within the grace period   AC-01 ran, and its findings say how long a grace period is over
      AC-06  Every account is used                       no account of an app has a last login
      AC-07  Powerful accounts ask for a second factor   no file of an app says whether accounts ask for a second factor
      AC-12  No access is kept after a move              no HR file has an earlier finished full sync, and none is given with --earlier
      DQ-01  The HR file has not shrunk                  no HR file has an earlier finished full sync, and none is given with --earlier
      DQ-02  No fact has disappeared from all people     no HR file has an earlier finished full sync, and none is given with --earlier

    NOTES (19)
      policy.toml:20: "E-1" fits no person in the HR files
      policy.toml:21: "Founder" fits no person in the HR files
      policy.toml:27: "test.person@example.com" fits no person in the HR files
      policy.toml:26: "Advisory Board" fits no person in the HR files
      policy.toml:32: "ci" fits no account
      policy.toml:33: "*@bots.example.com" fits no account
      policy.toml:34: "Backup Robot" fits no account
      policy.toml:39: "Robot" fits no account
      policy.toml:49: "legacy-crm" fits no app
      policy.toml:65: "owner" fits no entitlement or role
      policy.toml:65: "* administrator" fits no entitlement or role
      policy.toml:65: "Production *" fits no entitlement or role
      policy.toml:102: "Purchasing" fits no entitlement or role
      policy.toml:103: "Payments" fits no entitlement or role
      policy.toml:90: "Head of Engineering" fits no title in the HR files
      policy.toml:91: "IT" fits no department in the HR files
      policy.toml:95: "Production *" fits no entitlement or role
      policy.toml:96: "Engineering" fits no department in the HR files
      policy.toml:59: "new-app" fits no file

    3 findings: 1 critical, 1 high, 1 low; 1 accepted; 18 checks ran; 7 did not run
    "#);
}
