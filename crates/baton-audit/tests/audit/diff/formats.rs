//! The formats for other programs, Markdown and JSON, in full.

use baton_audit::source::{OpenArgs, Pick, Source};

use crate::support::{Files, audit};

use super::pair::written;

#[test]
fn markdown() {
    let files = Files::new();
    let [old, new] = written(&files);
    let ran = audit(&["diff", &old, &new, "--format", "md"]);
    assert_eq!((ran.code, ran.err.as_str()), (1, ""));
    let shown = files
        .without_paths(&ran.out)
        .replace('\u{200b}', "<U+200B>");
    insta::assert_snapshot!(shown, @r##"
    ## Changes between two syncs

    > **Warning:** 2 of 11 people who had not left cannot be found in NEW (18.18 %), and nothing says that they left.

    | Side | File | Sync | Ended | Judged on | People |
    | --- | --- | --- | --- | --- | --- |
    | OLD | old.c1z | 393lfk2Xo565eR7M60vcVboA6St | 2026-02-01 08:00:00 UTC | 2026-02-01 | 14 |
    | NEW | new.c1z | 3AKr84HI1PxpPUOHLIKT6wBKehj | 2026-03-01 08:00:00 UTC | 2026-03-01 | 17 |

    | What | How many | Which means |
    | --- | --- | --- |
    | Vanished | 1 | gone without ever having left |
    | Ambiguous | 2 | might be the same people, but not for sure |
    | Leavers | 1 | has left |
    | Joiners | 1 | new and employed |
    | Future joiners | 1 | new, first day still to come |
    | Started | 1 | the first day has come |
    | Rehires | 2 | had left and is back |
    | On leave | 1 | away for a while now |
    | Returned | 1 | back from being away |
    | Movers | 1 | other manager, department, title or location |
    | Re-keyed | 1 | the same person under a new id |
    | Changed | 2 | other facts differ |
    | Appeared | 1 | new, state not known |
    | Historical | 1 | new, but had left before |
    | Removed | 1 | had left, record gone now |
    | Unchanged | 2 | people who are the same in both |
    | Resources | 3 | 1 added, 1 removed, 1 renamed |
    | Entitlements | 3 | 1 added, 1 removed, 1 renamed |
    | Grants | 5 | 2 added, 2 removed, 1 carried over to a new id |

    ### Vanished (1)

    | Id | Name | E-mail | Department | Manager | Last day | Was |
    | --- | --- | --- | --- | --- | --- | --- |
    | user:2 | =cmd\|'/c x'!A0 &lt;script&gt;alert(1)&lt;/script&gt; \`b\` @<U+200B>team \[31m | p2@example.com | Sales\|East | Maja Lind | 2026-02-28 | active |

    ### Ambiguous (2)

    These share a number or an address, but the file does not show which belong together.

    | Group | Is in | Id | Name | E-mail | Number | Shared |
    | --- | --- | --- | --- | --- | --- | --- |
    | 1 | OLD | user:13 | John Smith | smith@example.com | A-1 | smith@example.com |
    | 1 | NEW | user:130 | Jane Smith | smith@example.com | A-2 |  |

    ### Leavers (1)

    | Id | Name | E-mail | Last day | Was | Is | Also changed |
    | --- | --- | --- | --- | --- | --- | --- |
    | user:4 | Kim Park | p4@example.com | 2026-02-20 | active | terminated | job title, end date |

    ### Joiners (1)

    | Id | Name | E-mail | Manager | First day | Is |
    | --- | --- | --- | --- | --- | --- |
    | user:15 | Pia Falk | p15@example.com | Maja Lind | 2026-02-10 | active |

    ### Future joiners (1)

    | Id | Name | E-mail | First day | Is |
    | --- | --- | --- | --- | --- |
    | user:16 | Max Ruiz | p16@example.com | 2026-04-01 | prehire |

    ### Started (1)

    | Id | Name | E-mail | First day | Is |
    | --- | --- | --- | --- | --- |
    | user:7 | Ivo Novak | p7@example.com | 2026-02-15 | active |

    ### Rehires (2)

    | Id | Earlier id | Found by | Name | E-mail | Is | Also changed |
    | --- | --- | --- | --- | --- | --- | --- |
    | user:8 |  |  | Lea Roth | p8@example.com | active | end date |
    | user:90 | user:9 | email | Tim Vos | p9@example.com | active |  |

    ### On leave (1)

    | Id | Name | E-mail | Was | Is |
    | --- | --- | --- | --- | --- |
    | user:5 | Ola Berg | p5@example.com | active | leave |

    ### Returned (1)

    | Id | Name | E-mail | Was | Is |
    | --- | --- | --- | --- | --- |
    | user:6 | Uma Rao | p6@example.com | leave | active |

    ### Movers (1)

    | Id | Name | What | From | To |
    | --- | --- | --- | --- | --- |
    | user:3 | Noor Haddad | manager | Maja Lind | Ola Berg |
    | user:3 | Noor Haddad | department | Sales | Legal |
    | user:3 | Noor Haddad | title |  | Counsel |
    | user:3 | Noor Haddad | location |  | Bergen |

    ### Re-keyed (1)

    | Id | Earlier id | Found by | Name | E-mail | Is | Also changed |
    | --- | --- | --- | --- | --- | --- | --- |
    | user:110 | user:11 | employee number, email | Zoe Hall | P11@example.com | active | emails, department |

    ### Changed (2)

    | Id | Name | What | From | To |
    | --- | --- | --- | --- | --- |
    | user:1 | Maja Lind | emails | p1@example.com | maja@example.com |
    | user:12 | Jan Smit | employment type |  | Part time |

    ### Appeared (1)

    | Id | Name | E-mail | Is |
    | --- | --- | --- | --- |
    | user:17 | Sam Ode | p17@example.com | unknown |

    ### Historical (1)

    | Id | Name | E-mail | Last day | Is |
    | --- | --- | --- | --- | --- |
    | user:18 | Ida Moe | p18@example.com | 2026-02-20 | terminated |

    ### Removed (1)

    | Id | Name | E-mail | Last day | Was |
    | --- | --- | --- | --- | --- |
    | user:10 | Ana Cruz | p10@example.com | 2026-02-20 | terminated |

    ### Resources and entitlements (6)

    | Change | What | Id | Name | Name before |
    | --- | --- | --- | --- | --- |
    | renamed | resource | group:eng | Engineering &amp; Data | Engineering |
    | added | resource | group:law | &lt;Law&gt; |  |
    | removed | resource | group:old | Gone \| group |  |
    | renamed | entitlement | group:eng:member | Engineering &amp; Data member | Engineering member |
    | added | entitlement | group:law:member | &lt;Law&gt; member |  |
    | removed | entitlement | group:old:member | Gone \| group member |  |

    ### Grants added (2)

    | Who | Name | Entitlement | What |
    | --- | --- | --- | --- |
    | user:3 | Noor Haddad | group:law:member | &lt;Law&gt; member |
    | user:3 | Noor Haddad | group:ops:member | Operations member |

    ### Grants removed (2)

    | Who | Name | Entitlement | What |
    | --- | --- | --- | --- |
    | user:4 | Kim Park | group:eng:member | Engineering member |
    | user:2 | =cmd\|'/c x'!A0 &lt;script&gt;alert(1)&lt;/script&gt; \`b\` @<U+200B>team \[31m | group:old:member | Gone \| group member |
    "##);
}

#[test]
fn json() {
    let files = Files::new();
    let paths = written(&files);
    let ran = audit(&["diff", &paths[0], &paths[1], "--format", "json"]);
    assert_eq!((ran.code, ran.err.as_str()), (1, ""));
    let mut out = files.without_paths(&ran.out);
    for (path, name) in paths.iter().zip(["OLD", "NEW"]) {
        let source = Source::open(path.as_ref(), Pick::Latest, &OpenArgs::default()).unwrap();
        out = out.replace(&source.sha256, &format!("<digest of {name}>"));
        out = out.replace(&format!("\"bytes\": {}", source.bytes), "\"bytes\": <size>");
    }
    insta::assert_snapshot!(out, @r#"
    {
      "old": {
        "bytes": <size>,
        "ended_at": "2026-02-01T08:00:00Z",
        "file": "old.c1z",
        "judged_on": "2026-02-01",
        "people": 14,
        "sha256": "<digest of OLD>",
        "started_at": "2026-02-01T07:59:00Z",
        "sync_id": "393lfk2Xo565eR7M60vcVboA6St",
        "sync_type": "full"
      },
      "new": {
        "bytes": <size>,
        "ended_at": "2026-03-01T08:00:00Z",
        "file": "new.c1z",
        "judged_on": "2026-03-01",
        "people": 17,
        "sha256": "<digest of NEW>",
        "started_at": "2026-03-01T07:59:00Z",
        "sync_id": "3AKr84HI1PxpPUOHLIKT6wBKehj",
        "sync_type": "full"
      },
      "summary": {
        "same": false,
        "people": {
          "vanished": 1,
          "leaver": 1,
          "joiner": 1,
          "future_joiner": 1,
          "started": 1,
          "rehire": 2,
          "on_leave": 1,
          "returned": 1,
          "mover": 1,
          "re_keyed": 1,
          "changed": 2,
          "appeared": 1,
          "historical": 1,
          "removed": 1,
          "ambiguous": 2,
          "unchanged": 2
        },
        "vanished_guard": {
          "minimum": 5,
          "missing": 2,
          "over": false,
          "present": 11,
          "threshold_percent": 20.0
        },
        "resource_types": {
          "unchanged": 4,
          "added": 0,
          "removed": 0,
          "renamed": 0
        },
        "resources": {
          "unchanged": 1,
          "added": 1,
          "removed": 1,
          "renamed": 1
        },
        "entitlements": {
          "unchanged": 1,
          "added": 1,
          "removed": 1,
          "renamed": 1
        },
        "grants": {
          "unchanged": 1,
          "added": 2,
          "removed": 2,
          "carried_over": 1
        }
      },
      "people": [
        {"changes": [], "class": "vanished", "earlier_id": null, "former": null, "found_by": [], "id": "user:2", "moves": [], "name": "=cmd|'/c x'!A0 <script>alert(1)</script> `b` @team\u202e [31m", "new": null, "old": {"account_type": "human", "department": "Sales|East", "emails": ["p2@example.com"], "employee_ids": ["E-2"], "end_date": "2026-02-28", "lifecycle": "active", "lifecycle_state": "employed", "manager_id": "1", "name": "=cmd|'/c x'!A0 <script>alert(1)</script> `b` @team\u202e [31m", "status": "enabled"}},
        {"changes": [{"field": "status", "from": "enabled", "to": "disabled"}, {"field": "lifecycle_state", "from": "employed", "to": "terminated"}, {"field": "lifecycle", "from": "active", "to": "terminated"}, {"field": "job_title", "from": "Engineer", "to": null}, {"field": "end_date", "from": null, "to": "2026-02-20"}], "class": "leaver", "earlier_id": null, "former": null, "found_by": [], "id": "user:4", "moves": [{"from": "Engineer", "to": null, "what": "title"}], "name": "Kim Park", "new": {"account_type": "human", "emails": ["p4@example.com"], "employee_ids": ["E-4"], "end_date": "2026-02-20", "lifecycle": "terminated", "lifecycle_state": "terminated", "name": "Kim Park", "status": "disabled"}, "old": {"account_type": "human", "emails": ["p4@example.com"], "employee_ids": ["E-4"], "job_title": "Engineer", "lifecycle": "active", "lifecycle_state": "employed", "name": "Kim Park", "status": "enabled"}},
        {"changes": [], "class": "joiner", "earlier_id": null, "former": null, "found_by": [], "id": "user:15", "moves": [], "name": "Pia Falk", "new": {"account_type": "human", "emails": ["p15@example.com"], "employee_ids": ["E-15"], "lifecycle": "active", "lifecycle_state": "employed", "manager_id": "1", "name": "Pia Falk", "start_date": "2026-02-10", "status": "enabled"}, "old": null},
        {"changes": [], "class": "future_joiner", "earlier_id": null, "former": null, "found_by": [], "id": "user:16", "moves": [], "name": "Max Ruiz", "new": {"account_type": "human", "emails": ["p16@example.com"], "employee_ids": ["E-16"], "lifecycle": "active", "lifecycle_state": "employed", "name": "Max Ruiz", "start_date": "2026-04-01", "status": "enabled"}, "old": null},
        {"changes": [], "class": "started", "earlier_id": null, "former": null, "found_by": [], "id": "user:7", "moves": [], "name": "Ivo Novak", "new": {"account_type": "human", "emails": ["p7@example.com"], "employee_ids": ["E-7"], "lifecycle": "active", "lifecycle_state": "employed", "name": "Ivo Novak", "start_date": "2026-02-15", "status": "enabled"}, "old": {"account_type": "human", "emails": ["p7@example.com"], "employee_ids": ["E-7"], "lifecycle": "active", "lifecycle_state": "employed", "name": "Ivo Novak", "start_date": "2026-02-15", "status": "enabled"}},
        {"changes": [{"field": "status", "from": "disabled", "to": "enabled"}, {"field": "lifecycle_state", "from": "terminated", "to": "employed"}, {"field": "lifecycle", "from": "terminated", "to": "active"}, {"field": "end_date", "from": "2026-02-20", "to": null}], "class": "rehire", "earlier_id": null, "former": null, "found_by": [], "id": "user:8", "moves": [], "name": "Lea Roth", "new": {"account_type": "human", "emails": ["p8@example.com"], "employee_ids": ["E-8"], "lifecycle": "active", "lifecycle_state": "employed", "name": "Lea Roth", "status": "enabled"}, "old": {"account_type": "human", "emails": ["p8@example.com"], "employee_ids": ["E-8"], "end_date": "2026-02-20", "lifecycle": "terminated", "lifecycle_state": "terminated", "name": "Lea Roth", "status": "disabled"}},
        {"changes": [], "class": "rehire", "earlier_id": "user:9", "former": {"account_type": "human", "emails": ["p9@example.com"], "employee_ids": ["E-9"], "end_date": "2026-02-20", "lifecycle": "terminated", "lifecycle_state": "terminated", "name": "Tim Vos", "status": "disabled"}, "found_by": ["email"], "id": "user:90", "moves": [], "name": "Tim Vos", "new": {"account_type": "human", "emails": ["p9@example.com"], "employee_ids": ["E-90"], "lifecycle": "active", "lifecycle_state": "employed", "name": "Tim Vos", "status": "enabled"}, "old": null},
        {"changes": [{"field": "lifecycle_state", "from": "employed", "to": "leave"}, {"field": "lifecycle", "from": "active", "to": "leave"}], "class": "on_leave", "earlier_id": null, "former": null, "found_by": [], "id": "user:5", "moves": [], "name": "Ola Berg", "new": {"account_type": "human", "emails": ["p5@example.com"], "employee_ids": ["E-5"], "lifecycle": "leave", "lifecycle_state": "leave", "name": "Ola Berg", "status": "enabled"}, "old": {"account_type": "human", "emails": ["p5@example.com"], "employee_ids": ["E-5"], "lifecycle": "active", "lifecycle_state": "employed", "name": "Ola Berg", "status": "enabled"}},
        {"changes": [{"field": "lifecycle_state", "from": "leave", "to": "employed"}, {"field": "lifecycle", "from": "leave", "to": "active"}], "class": "returned", "earlier_id": null, "former": null, "found_by": [], "id": "user:6", "moves": [], "name": "Uma Rao", "new": {"account_type": "human", "emails": ["p6@example.com"], "employee_ids": ["E-6"], "lifecycle": "active", "lifecycle_state": "employed", "name": "Uma Rao", "status": "enabled"}, "old": {"account_type": "human", "emails": ["p6@example.com"], "employee_ids": ["E-6"], "lifecycle": "leave", "lifecycle_state": "leave", "name": "Uma Rao", "status": "enabled"}},
        {"changes": [{"field": "job_title", "from": null, "to": "Counsel"}, {"field": "department", "from": "Sales", "to": "Legal"}, {"field": "location", "from": null, "to": "Bergen"}, {"field": "manager_id", "from": "1", "to": "5"}], "class": "mover", "earlier_id": null, "former": null, "found_by": [], "id": "user:3", "moves": [{"from": "Maja Lind", "to": "Ola Berg", "what": "manager"}, {"from": "Sales", "to": "Legal", "what": "department"}, {"from": null, "to": "Counsel", "what": "title"}, {"from": null, "to": "Bergen", "what": "location"}], "name": "Noor Haddad", "new": {"account_type": "human", "department": "Legal", "emails": ["p3@example.com"], "employee_ids": ["E-3"], "job_title": "Counsel", "lifecycle": "active", "lifecycle_state": "employed", "location": "Bergen", "manager_id": "5", "name": "Noor Haddad", "status": "enabled"}, "old": {"account_type": "human", "department": "Sales", "emails": ["p3@example.com"], "employee_ids": ["E-3"], "lifecycle": "active", "lifecycle_state": "employed", "manager_id": "1", "name": "Noor Haddad", "status": "enabled"}},
        {"changes": [{"field": "emails", "from": ["p11@example.com"], "to": ["P11@example.com"]}, {"field": "department", "from": "Legal", "to": null}], "class": "re_keyed", "earlier_id": "user:11", "former": null, "found_by": ["employee_number", "email"], "id": "user:110", "moves": [{"from": "Legal", "to": null, "what": "department"}], "name": "Zoe Hall", "new": {"account_type": "human", "emails": ["P11@example.com"], "employee_ids": ["E-11"], "lifecycle": "active", "lifecycle_state": "employed", "name": "Zoe Hall", "status": "enabled"}, "old": {"account_type": "human", "department": "Legal", "emails": ["p11@example.com"], "employee_ids": ["E-11"], "lifecycle": "active", "lifecycle_state": "employed", "name": "Zoe Hall", "status": "enabled"}},
        {"changes": [{"field": "emails", "from": ["p1@example.com"], "to": ["maja@example.com"]}], "class": "changed", "earlier_id": null, "former": null, "found_by": [], "id": "user:1", "moves": [], "name": "Maja Lind", "new": {"account_type": "human", "emails": ["maja@example.com"], "employee_ids": ["E-1"], "job_title": "Director", "lifecycle": "active", "lifecycle_state": "employed", "name": "Maja Lind", "status": "enabled"}, "old": {"account_type": "human", "emails": ["p1@example.com"], "employee_ids": ["E-1"], "job_title": "Director", "lifecycle": "active", "lifecycle_state": "employed", "name": "Maja Lind", "status": "enabled"}},
        {"changes": [{"field": "employment_type", "from": null, "to": "Part time"}], "class": "changed", "earlier_id": null, "former": null, "found_by": [], "id": "user:12", "moves": [], "name": "Jan Smit", "new": {"account_type": "human", "emails": ["p12@example.com"], "employee_ids": ["E-12"], "employment_type": "Part time", "lifecycle": "active", "lifecycle_state": "employed", "location": "Oslo", "name": "Jan Smit", "status": "enabled"}, "old": {"account_type": "human", "emails": ["p12@example.com"], "employee_ids": ["E-12"], "lifecycle": "active", "lifecycle_state": "employed", "location": "Oslo", "name": "Jan Smit", "status": "enabled"}},
        {"changes": [], "class": "appeared", "earlier_id": null, "former": null, "found_by": [], "id": "user:17", "moves": [], "name": "Sam Ode", "new": {"account_type": "human", "emails": ["p17@example.com"], "employee_ids": ["E-17"], "lifecycle": "unknown", "lifecycle_state": "Sabbatical 2027", "name": "Sam Ode", "status": "unspecified"}, "old": null},
        {"changes": [], "class": "historical", "earlier_id": null, "former": null, "found_by": [], "id": "user:18", "moves": [], "name": "Ida Moe", "new": {"account_type": "human", "emails": ["p18@example.com"], "employee_ids": ["E-18"], "end_date": "2026-02-20", "lifecycle": "terminated", "lifecycle_state": "terminated", "name": "Ida Moe", "status": "disabled"}, "old": null},
        {"changes": [], "class": "removed", "earlier_id": null, "former": null, "found_by": [], "id": "user:10", "moves": [], "name": "Ana Cruz", "new": null, "old": {"account_type": "human", "emails": ["p10@example.com"], "employee_ids": ["E-10"], "end_date": "2026-02-20", "lifecycle": "terminated", "lifecycle_state": "terminated", "name": "Ana Cruz", "status": "disabled"}}
      ],
      "ambiguous": [
        {"doubt": true, "former": [], "new": [{"facts": {"account_type": "human", "emails": ["smith@example.com"], "employee_ids": ["A-2"], "lifecycle": "active", "name": "Jane Smith", "status": "enabled"}, "id": "user:130"}], "old": [{"facts": {"account_type": "human", "emails": ["smith@example.com"], "employee_ids": ["A-1"], "lifecycle": "active", "name": "John Smith", "status": "enabled"}, "id": "user:13"}], "shared": [{"by": "email", "value": "smith@example.com"}]}
      ],
      "resource_types": [],
      "resources": [
        {"change": "renamed", "id": "group:eng", "name": "Engineering & Data", "old_name": "Engineering"},
        {"change": "added", "id": "group:law", "name": "<Law>"},
        {"change": "removed", "id": "group:old", "name": "Gone | group"}
      ],
      "entitlements": [
        {"change": "renamed", "id": "group:eng:member", "name": "Engineering & Data member", "old_name": "Engineering member"},
        {"change": "added", "id": "group:law:member", "name": "<Law> member"},
        {"change": "removed", "id": "group:old:member", "name": "Gone | group member"}
      ],
      "grants": {
        "added": [
          {"entitlement": "group:law:member", "entitlement_name": "<Law> member", "principal": "user:3", "principal_name": "Noor Haddad"},
          {"entitlement": "group:ops:member", "entitlement_name": "Operations member", "principal": "user:3", "principal_name": "Noor Haddad"}
        ],
        "removed": [
          {"entitlement": "group:eng:member", "entitlement_name": "Engineering member", "principal": "user:4", "principal_name": "Kim Park"},
          {"entitlement": "group:old:member", "entitlement_name": "Gone | group member", "principal": "user:2", "principal_name": "=cmd|'/c x'!A0 <script>alert(1)</script> `b` @team\u202e [31m"}
        ],
        "carried_over": [
          {"entitlement": "group:eng:member", "entitlement_name": "Engineering & Data member", "other_id": "user:11", "principal": "user:110", "principal_name": "Zoe Hall"}
        ]
      }
    }
    "#);
}
