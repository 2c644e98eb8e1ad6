//! Help, version, completion, and the table of all flags.

use connector_cli::{all_fields, flag_table, help_text};
use connector_core::spec::App;

use crate::app::Lake;
use crate::support::{Cli, bare};

#[tokio::test]
async fn help_shows_what_matters() {
    let out = bare(&["--help"]).await;
    assert_eq!((out.code, out.stderr.as_str()), (0, ""));
    assert_eq!(out.stdout, help_text(&Lake::spec()));
    insta::assert_snapshot!(out.stdout, @r#"
    Reads the people of a lake

    Usage: baton-lake [OPTIONS] [COMMAND]

    Commands:
      capabilities  Print what the connector can do, as JSON
      config        Print the schema of the connector's settings, as JSON
      completion    Print a completion script for a shell
      health-check  Ask a running service whether it is well
      validate      Check credential, permissions and base URL without syncing
      help          Print this message or the help of the given subcommand(s)

    Lake settings:
          --lake-url <string>     required: Base URL of the <Lake> API ($BATON_LAKE_URL)
          --lake-token <string>   required: Token of the API ($BATON_LAKE_TOKEN)
          --lake-region <string>  Where the lake is [default: north] ($BATON_LAKE_REGION)
          --lake-depth <int>      How deep to look [default: 10] ($BATON_LAKE_DEPTH)
          --lake-frozen[=<bool>]  Whether it is winter ($BATON_LAKE_FROZEN)
          --lake-boats <strings>  Boats to count ($BATON_LAKE_BOATS)

    Options:
      -p, --provisioning[=<bool>]
              Allow changes at the vendor; no effect, the connector only reads ($BATON_PROVISIONING)
          --ticketing[=<bool>]
              Allow work on tickets; no effect, the connector only reads ($BATON_TICKETING)
          --client-id <string>
              ConductorOne client id; runs as a service that syncs when ConductorOne asks for it
              ($BATON_CLIENT_ID)
          --client-secret <string>
              ConductorOne client secret, for service mode ($BATON_CLIENT_SECRET)
          --evidence <string>
              Write evidence of the sync to this file: hashes, settings without secrets, completeness,
              requests ($BATON_EVIDENCE)
          --evidence-key <string>
              File with the private key that signs the evidence ($BATON_EVIDENCE_KEY)
          --fail-on-partial[=<bool>]
              Exit with 13 when not all that the vendor lists is in the file, which is written all the
              same ($BATON_FAIL_ON_PARTIAL)
      -f, --file <string>
              Path of the c1z file to write [default: sync.c1z] ($BATON_FILE)
          --log-format <string>
              Format of log lines: json or console; console when standard output is a terminal
              ($BATON_LOG_FORMAT)
          --log-path <strings>
              Where log lines go instead of stderr: stdout, stderr or files ($BATON_LOG_PATH)
          --log-level <string>
              Least severe log level that is written: debug, info, warn or error [default: info]
              ($BATON_LOG_LEVEL)
          --log-level-debug-expires-at <string>
              Time after which the log level debug falls back to info (RFC 3339)
              ($BATON_LOG_LEVEL_DEBUG_EXPIRES_AT)
          --skip-full-sync[=<bool>]
              Do not sync when asked to by the service; no effect on a single run
              ($BATON_SKIP_FULL_SYNC)
          --record <string>
              File to record the run into, with people replaced, for a support case; see
              docs/recording.md ($BATON_RECORD)
          --replay <string>
              Recording to take all answers from, without network and credentials ($BATON_REPLAY)
          --redaction-key <string>
              File with the key by which a recording replaces people; one of this run alone when not set
              ($BATON_REDACTION_KEY)
          --sync-resources <strings>
              Resources to sync instead of everything, each as bid:r:<type>/<id> ($BATON_SYNC_RESOURCES)
          --sync-resource-types <strings>
              Resource types to sync instead of all ($BATON_SYNC_RESOURCE_TYPES)
          --skip-entitlements-and-grants[=<bool>]
              Sync resources only ($BATON_SKIP_ENTITLEMENTS_AND_GRANTS)
          --external-resource-c1z <string>
              File with principals from elsewhere; not in this version ($BATON_EXTERNAL_RESOURCE_C1Z)
          --external-resource-entitlement-id-filter <string>
              Entitlement that principals from elsewhere must hold
              ($BATON_EXTERNAL_RESOURCE_ENTITLEMENT_ID_FILTER)
          --external-resource-traits <strings>
              Traits of principals from elsewhere; user and group when not set
              ($BATON_EXTERNAL_RESOURCE_TRAITS)
          --keep-previous-sync-c1z[=<bool>]
              Keep the file of the previous sync as a spare; no effect on a single run
              ($BATON_KEEP_PREVIOUS_SYNC_C1Z)
          --workers <int>
              Independent listings that run at once; 0 or 1 one at a time, -1 one per processor up to 4;
              no connector so far has independent listings, so it changes nothing yet [default: 0]
              ($BATON_WORKERS)
          --parallel-sync[=<bool>]
              Deprecated: the same as --workers -1 ($BATON_PARALLEL_SYNC)
          --otel-collector-endpoint <string>
              OpenTelemetry collector that traces and logs are sent to: host:port, for OTLP over gRPC
              ($BATON_OTEL_COLLECTOR_ENDPOINT)
          --auth-method <string>
              Group of settings to authenticate with ($BATON_AUTH_METHOD)
          --health-check[=<bool>]
              Answer HTTP health checks while running as a service ($BATON_HEALTH_CHECK)
          --health-check-port <int>
              Port of the HTTP health check [default: 8081] ($BATON_HEALTH_CHECK_PORT)
          --http-timeout-seconds <int>
              Time limit of one HTTP request in seconds, at most 1800 [default: 300]
              ($BATON_HTTP_TIMEOUT_SECONDS)
          --storage-engine <string>
              Storage engine: sqlite (version 1 files) or pebble (version 3) ($BATON_STORAGE_ENGINE)
          --max-shrink <string>
              Share of the enabled people of the earlier sync that may be gone or disabled before the
              new one is held back: such as 20%, or off [default: 20%] ($BATON_MAX_SHRINK)
          --max-shrink-grants <string>
              The same for groups, such as departments, and for grants, such as memberships [default:
              20%] ($BATON_MAX_SHRINK_GRANTS)
          --accept-shrink[=<bool>]
              Accept a sync that --max-shrink would hold back; for one run, a service accepts one
              ($BATON_ACCEPT_SHRINK)
          --dry-run[=<bool>]
              Read everything and print what would change in the file, but write nothing
              ($BATON_DRY_RUN)
          --state-dir <string>
              Directory in which the service keeps the counts of its last sync, so that --max-shrink
              works there ($BATON_STATE_DIR)
          --task-concurrency <int>
              Tasks that the service runs at once; no effect on a single run [default: 3]
              ($BATON_TASK_CONCURRENCY)
      -h, --help
              Show help
      -v, --version
              Show the version

    Without a command, one sync is run and written to --file. Settings come from flags, then BATON_*
    variables, then .baton.yaml in the current directory (or the file that BATON_CONFIG_PATH names).
    "#);
}

#[tokio::test]
async fn help_is_reached_in_three_ways() {
    let long = bare(&["--help"]).await.stdout;
    assert_eq!(bare(&["-h"]).await.stdout, long);
    assert_eq!(bare(&["help"]).await.stdout, long);
    let sub = bare(&["help", "health-check"]).await;
    assert!(sub.stdout.contains("--endpoint"), "{}", sub.stdout);
}

#[tokio::test]
async fn version() {
    for flag in ["--version", "-v"] {
        let out = bare(&[flag]).await;
        assert_eq!(
            (out.code, out.stdout.as_str()),
            (0, "baton-lake version 1.2.3\n")
        );
    }
}

#[tokio::test]
async fn completion_for_every_shell() {
    for (shell, mark) in [
        ("bash", "complete -F _baton__lake"),
        ("zsh", "#compdef baton-lake"),
        ("fish", "complete -c baton-lake"),
        ("powershell", "Register-ArgumentCompleter"),
    ] {
        let out = bare(&["completion", shell]).await;
        assert_eq!(out.code, 0);
        assert!(out.stdout.contains(mark), "{shell}: {}", out.stdout);
        assert!(out.stdout.contains("lake-token"), "{shell}");
    }
    insta::assert_snapshot!(bare(&["completion", "tcsh"]).await.report(), @r#"
    exit 2
    baton-lake: invalid shell: tcsh (valid: bash, zsh, fish, powershell)
    "#);
    insta::assert_snapshot!(bare(&["completion"]).await.report(), @r#"
    exit 2
    baton-lake: completion needs a shell (valid: bash, zsh, fish, powershell)
    "#);
}

#[tokio::test]
async fn a_reader_that_has_seen_enough_is_no_failure() {
    let out = Cli::bare(&["config"]).broken_stdout().run().await;
    assert_eq!((out.code, out.stderr.as_str()), (0, ""));
}

#[test]
fn the_flag_table_has_every_flag_once() {
    let table = flag_table(&Lake::spec());
    let flags = all_fields(&Lake::spec());
    assert_eq!(table.lines().count(), flags.len() + 2);
    for flag in flags {
        let cell = format!("| `--{}`", flag.name());
        assert_eq!(table.matches(&cell).count(), 1, "{cell}");
    }
    let head: Vec<_> = table.lines().take(6).collect();
    insta::assert_snapshot!(head.join("\n"), @r#"
    | Flag | Variable | Type | Default | Meaning |
    |---|---|---|---|---|
    | `--lake-url` | `BATON_LAKE_URL` | string | required | Base URL of the <Lake> API |
    | `--lake-token` | `BATON_LAKE_TOKEN` | string | required | Token of the API (secret) |
    | `--lake-region` | `BATON_LAKE_REGION` | string | `north` | Where the lake is |
    | `--lake-depth` | `BATON_LAKE_DEPTH` | int | `10` | How deep to look |
    "#);
}
