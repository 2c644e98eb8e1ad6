//! The table for a terminal, in full.

use unicode_width::UnicodeWidthStr;

use crate::support::{Files, audit, audit_at};

use super::pair::written;

#[test]
fn table() {
    let files = Files::new();
    let [old, new] = written(&files);
    let ran = audit_at(&["diff", &old, &new], Some(100));
    assert_eq!((ran.code, ran.err.as_str()), (1, ""));
    let (sides, rest) = ran.out.split_once("\n\n").unwrap();
    assert_eq!(sides.lines().count(), 3);
    insta::assert_snapshot!(rest, @r##"
    WARNING: 2 of 11 people who had not left cannot be found in NEW (18.18 %), and nothing says that
    they left.

    What            How many  Which means
    Vanished        1         gone without ever having left
    Ambiguous       2         might be the same people, but not for sure
    Leavers         1         has left
    Joiners         1         new and employed
    Future joiners  1         new, first day still to come
    Started         1         the first day has come
    Rehires         2         had left and is back
    On leave        1         away for a while now
    Returned        1         back from being away
    Movers          1         other manager, department, title or location
    Re-keyed        1         the same person under a new id
    Changed         2         other facts differ
    Appeared        1         new, state not known
    Historical      1         new, but had left before
    Removed         1         had left, record gone now
    Unchanged       2         people who are the same in both
    Resources       3         1 added, 1 removed, 1 renamed
    Entitlements    3         1 added, 1 removed, 1 renamed
    Grants          5         2 added, 2 removed, 1 carried over to a new id

    Vanished (1)
    Id      Name                               E-mail          Department  Manager    Last day    Was
    user:2  =cmd|'/c x'!A0 <script>alert(1)<…  p2@example.com  Sales|East  Maja Lind  2026-02-28  active

    Ambiguous (2)
    These share a number or an address, but the file does not show which belong together.
    Group  Is in  Id        Name        E-mail             Number  Shared
    1      OLD    user:13   John Smith  smith@example.com  A-1     smith@example.com
    1      NEW    user:130  Jane Smith  smith@example.com  A-2

    Leavers (1)
    Id      Name      E-mail          Last day    Was     Is          Also changed
    user:4  Kim Park  p4@example.com  2026-02-20  active  terminated  job title, end date

    Joiners (1)
    Id       Name      E-mail           Manager    First day   Is
    user:15  Pia Falk  p15@example.com  Maja Lind  2026-02-10  active

    Future joiners (1)
    Id       Name      E-mail           First day   Is
    user:16  Max Ruiz  p16@example.com  2026-04-01  prehire

    Started (1)
    Id      Name       E-mail          First day   Is
    user:7  Ivo Novak  p7@example.com  2026-02-15  active

    Rehires (2)
    Id       Earlier id  Found by  Name      E-mail          Is      Also changed
    user:8                         Lea Roth  p8@example.com  active  end date
    user:90  user:9      email     Tim Vos   p9@example.com  active

    On leave (1)
    Id      Name      E-mail          Was     Is
    user:5  Ola Berg  p5@example.com  active  leave

    Returned (1)
    Id      Name     E-mail          Was    Is
    user:6  Uma Rao  p6@example.com  leave  active

    Movers (1)
    Id      Name         What        From       To
    user:3  Noor Haddad  manager     Maja Lind  Ola Berg
    user:3  Noor Haddad  department  Sales      Legal
    user:3  Noor Haddad  title                  Counsel
    user:3  Noor Haddad  location               Bergen

    Re-keyed (1)
    Id        Earlier id  Found by                Name      E-mail           Is      Also changed
    user:110  user:11     employee number, email  Zoe Hall  P11@example.com  active  emails, department

    Changed (2)
    Id       Name       What             From            To
    user:1   Maja Lind  emails           p1@example.com  maja@example.com
    user:12  Jan Smit   employment type                  Part time

    Appeared (1)
    Id       Name     E-mail           Is
    user:17  Sam Ode  p17@example.com  unknown

    Historical (1)
    Id       Name     E-mail           Last day    Is
    user:18  Ida Moe  p18@example.com  2026-02-20  terminated

    Removed (1)
    Id       Name      E-mail           Last day    Was
    user:10  Ana Cruz  p10@example.com  2026-02-20  terminated

    Resources and entitlements (6)
    Change   What         Id                Name                       Name before
    renamed  resource     group:eng         Engineering & Data         Engineering
    added    resource     group:law         <Law>
    removed  resource     group:old         Gone | group
    renamed  entitlement  group:eng:member  Engineering & Data member  Engineering member
    added    entitlement  group:law:member  <Law> member
    removed  entitlement  group:old:member  Gone | group member

    Grants added (2)
    Who     Name         Entitlement       What
    user:3  Noor Haddad  group:law:member  <Law> member
    user:3  Noor Haddad  group:ops:member  Operations member

    Grants removed (2)
    Who     Name                                                   Entitlement       What
    user:4  Kim Park                                               group:eng:member  Engineering member
    user:2  =cmd|'/c x'!A0 <script>alert(1)</script> `b` @team […  group:old:member  Gone | group member
    "##);
}

#[test]
fn the_table_says_which_syncs_it_compares() {
    let files = Files::new();
    let [old, new] = written(&files);
    let ran = audit(&["diff", &old, &new]);
    let sides = files.without_paths(ran.out.split_once("\n\n").unwrap().0);
    let words: Vec<_> = sides
        .lines()
        .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "))
        .collect();
    insta::assert_snapshot!(words.join("\n"), @r##"
    Side File Sync Ended Judged on People
    OLD old.c1z 393lfk2Xo565eR7M60vcVboA6St 2026-02-01 08:00:00 UTC 2026-02-01 14
    NEW new.c1z 3AKr84HI1PxpPUOHLIKT6wBKehj 2026-03-01 08:00:00 UTC 2026-03-01 17
    "##);
}

#[test]
fn the_table_fits_a_terminal() {
    let files = Files::new();
    let [old, new] = written(&files);
    for width in [80, 120] {
        let ran = audit_at(&["diff", &old, &new], Some(width));
        let widest = ran.out.lines().map(UnicodeWidthStr::width).max();
        assert!(widest <= Some(width), "{}", ran.out);
    }
}
