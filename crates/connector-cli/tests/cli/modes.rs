//! Modes that the program lacks, and flags that need or exclude each other.

use crate::grouped::Grouped;
use crate::support::{Cli, ready};

#[tokio::test]
async fn no_other_mode_is_silently_replaced_by_a_sync() {
    for args in [
        &["--grant-entitlement", "e", "--grant-principal", "p"][..],
        &["--revoke-grant", "g"],
        &["--create-account-login", "l"],
        &["--create-account-profile", "{}"],
        &["--create-account-email", "maja@lake.test"],
        &["--delete-resource", "r"],
        &["--rotate-credentials", "r"],
        &["--event-feed", "true"],
        &["--invoke-action", "a"],
        &["--list-action-schemas"],
        &["--list-resource-actions", "user"],
        &["--invoke-resource-action", "a"],
        &["--create-ticket", "--ticket-template-path", "t"],
        &["--bulk-create-ticket", "--bulk-ticket-template-path", "t"],
        &["--get-ticket", "--ticket-id", "t"],
        &["--list-ticket-schemas"],
        &[
            "--diff-syncs",
            "--base-sync-id",
            "a",
            "--applied-sync-id",
            "b",
        ],
        &[
            "--compact-syncs",
            "--compact-sync-ids",
            "a",
            "--compact-file-paths",
            "b",
            "--compact-output-path",
            "c",
        ],
    ] {
        let cli = Cli::ready(args);
        let out = cli.run().await;
        assert_eq!(out.code, 12, "{args:?}: {}", out.stderr);
        assert!(out.stderr.contains(args[0]), "{args:?}: {}", out.stderr);
        assert_eq!(cli.files(), Vec::<String>::new());
    }
    insta::assert_snapshot!(ready(&["--revoke-grant", "g"]).await.report(), @r#"
    exit 12
    baton-lake: the connector is read-only, --revoke-grant is not supported
    hint: without --revoke-grant (BATON_REVOKE_GRANT) a sync is run
    "#);
    insta::assert_snapshot!(ready(&["--event-feed", "true"]).await.report(), @r#"
    exit 12
    baton-lake: the event feed is not in this version (--event-feed is set)
    hint: without --event-feed (BATON_EVENT_FEED) one sync is run and written to --file
    "#);
    assert_eq!(ready(&["--event-feed", "false"]).await.code, 0);
    assert_eq!(ready(&["--create-ticket=false"]).await.code, 0);
}

#[tokio::test]
async fn groups_of_default_flags() {
    let mut reported = String::new();
    for args in [
        &["--grant-entitlement", "e"][..],
        &["--client-secret", "hunter2"],
        &["--diff-syncs"],
        &[
            "--revoke-grant",
            "g",
            "--delete-resource",
            "r",
            "--event-feed",
            "true",
        ],
    ] {
        reported.push_str(&format!(
            "$ {}\n{}\n",
            args.join(" "),
            ready(args).await.report()
        ));
    }
    // Values from elsewhere count as much as flags.
    let mixed = Cli::ready(&["--revoke-grant", "g"]).env("BATON_DELETE_RESOURCE", "r");
    reported.push_str(&mixed.run().await.report());
    insta::assert_snapshot!(reported, @r#"
    $ --grant-entitlement e
    exit 2
    baton-lake: if any flags in the group [grant-entitlement grant-principal] are set they must all be set; missing [grant-principal]
    hint: set --grant-principal (BATON_GRANT_PRINCIPAL)

    $ --client-secret hunter2
    exit 2
    baton-lake: if any flags in the group [client-id client-secret] are set they must all be set; missing [client-id]
    hint: set --client-id (BATON_CLIENT_ID)

    $ --diff-syncs
    exit 2
    baton-lake: if any flags in the group [diff-syncs base-sync-id applied-sync-id] are set they must all be set; missing [applied-sync-id base-sync-id]
    hint: set --applied-sync-id (BATON_APPLIED_SYNC_ID), --base-sync-id (BATON_BASE_SYNC_ID)

    $ --revoke-grant g --delete-resource r --event-feed true
    exit 2
    baton-lake: if any flags in the group [grant-entitlement revoke-grant create-account-login delete-resource rotate-credentials event-feed create-ticket get-ticket list-ticket-schemas bulk-create-ticket] are set none of the others can be; [delete-resource event-feed revoke-grant] were all set
    hint: set at most one of --delete-resource (BATON_DELETE_RESOURCE), --event-feed (BATON_EVENT_FEED), --revoke-grant (BATON_REVOKE_GRANT)

    exit 2
    baton-lake: if any flags in the group [grant-entitlement revoke-grant create-account-login delete-resource rotate-credentials event-feed create-ticket get-ticket list-ticket-schemas bulk-create-ticket] are set none of the others can be; [delete-resource revoke-grant] were all set
    hint: set at most one of --delete-resource (BATON_DELETE_RESOURCE), --revoke-grant (BATON_REVOKE_GRANT)
    "#);
}

#[tokio::test]
async fn constraints_of_a_connector() {
    let mut reported = String::new();
    for args in [
        &[][..],
        &[
            "--user",
            "u",
            "--password",
            "p",
            "--scope",
            "s",
            "--key",
            "k",
        ],
        &["--user", "u"],
        &["--user", "u", "--password", "p"],
        &[
            "--user",
            "u",
            "--password",
            "p",
            "--scope",
            "s",
            "--key-id",
            "i",
        ],
    ] {
        let out = Cli::ready(args).run_as::<Grouped>().await;
        reported.push_str(&format!("$ {}\n{}\n", args.join(" "), out.report()));
    }
    insta::assert_snapshot!(reported, @r#"
    $ 
    exit 2
    baton-lake: at least one field was expected, any of: ('user' and 'key')
    hint: set one of --user (BATON_USER), --key (BATON_KEY)

    $ --user u --password p --scope s --key k
    exit 2
    baton-lake: fields marked as mutually exclusive were set: ('user' and 'key')
    hint: set at most one of --user (BATON_USER), --key (BATON_KEY)

    $ --user u
    exit 2
    baton-lake: fields marked as needed together are missing: ('password' and 'scope')
    hint: set --password (BATON_PASSWORD), --scope (BATON_SCOPE)

    $ --user u --password p
    exit 2
    baton-lake: fields marked as needed together are missing: ('scope')
    hint: set --scope (BATON_SCOPE)

    $ --user u --password p --scope s --key-id i
    exit 2
    baton-lake: set fields ('key-id') are dependent on ('key') being set
    hint: set --key (BATON_KEY)
    "#);
}
