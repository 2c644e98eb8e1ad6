//! How fast a sync of HiBob is, and how close to the floor: `cargo bench -p baton-hibob --bench sync`.

use std::process::ExitCode;

use base64::Engine;
use baton_bench::{Result, floor, sync};
use baton_hibob_sandbox::{HiBob, HiBobOptions, SERVICE_USER_ID, SERVICE_USER_TOKEN, SlashKeys};
use serde::Deserialize;

/// The request the connector sends; the fields decide how much the server answers.
const BODY: &str = r#"{"fields":["root.id","root.email","root.displayName","root.firstName","root.surname","root.creationDateTime","work.department","work.title","work.site","work.startDate","work.reportsTo","work.manager","work.employeeIdInCompany","employment.type","payroll.employment.type","internal.status","internal.lifecycleStatus","internal.terminationDate"],"humanReadable":"APPEND","showInactive":true}"#;

fn main() -> ExitCode {
    sync::main(sync::Subject {
        name: "baton-hibob",
        program: env!("CARGO_BIN_EXE_baton-hibob"),
        fake: |company| Box::new(HiBob::new(company, options())),
        base_url: "BATON_HIBOB_BASE_URL",
        read_and_parse,
    })
}

/// Each field comes in one form, so that the floor decodes what the program decodes.
fn options() -> HiBobOptions {
    HiBobOptions {
        slash_keys: SlashKeys::Never,
        ..HiBobOptions::default()
    }
}

#[derive(Deserialize)]
struct Answer {
    employees: Vec<Employee>,
}

/// Declares structs of what rows are made of. Nothing reads them: they are decoded because no program can leave that out.
macro_rules! decoded {
    ($($name:ident { $($field:ident: $kind:ty,)* })*) => {$(
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        #[expect(dead_code, reason = "parsed to measure parsing")]
        struct $name { $($field: $kind,)* }
    )*};
}

decoded! {
    Employee {
        id: String,
        email: Option<String>,
        display_name: Option<String>,
        first_name: Option<String>,
        surname: Option<String>,
        creation_date_time: Option<String>,
        work: Work,
        employment: Option<Employment>,
        payroll: Option<Payroll>,
        internal: Internal,
        human_readable: Labels,
    }
    Work {
        department: Option<String>,
        title: Option<String>,
        site: Option<String>,
        start_date: Option<String>,
        reports_to: Option<Person>,
        manager: Option<String>,
        employee_id_in_company: Option<u64>,
    }
    Person {
        id: String,
        email: Option<String>,
        display_name: Option<String>,
        first_name: Option<String>,
        surname: Option<String>,
    }
    Employment {
        r#type: Option<String>,
    }
    Payroll {
        employment: Option<Employment>,
    }
    Internal {
        status: Option<String>,
        lifecycle_status: Option<String>,
        termination_date: Option<String>,
    }
    Labels {
        work: WorkLabels,
        employment: Option<Employment>,
        payroll: Option<Payroll>,
        internal: InternalLabels,
    }
    WorkLabels {
        department: Option<String>,
        title: Option<String>,
        site: Option<String>,
    }
    InternalLabels {
        lifecycle_status: Option<String>,
    }
}

/// All people in one answer, with the sandbox's credential.
fn read_and_parse(base: &str) -> Result<usize> {
    let credential = format!("{SERVICE_USER_ID}:{SERVICE_USER_TOKEN}");
    let credential = base64::engine::general_purpose::STANDARD.encode(credential);
    let answer = floor::post(base, "people/search", &format!("Basic {credential}"), BODY)?;
    Ok(serde_json::from_slice::<Answer>(&answer)?.employees.len())
}
