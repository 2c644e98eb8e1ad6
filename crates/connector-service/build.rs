//! Hands the compiler's version to the crate, which says it in `Hello`.

use std::env;
use std::process::Command;

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    let compiler = env::var_os("RUSTC").expect("cargo names the compiler");
    let output = Command::new(compiler).arg("--version").output();
    let text = String::from_utf8(output.expect("the compiler runs").stdout);
    // `rustc 1.90.0 (1159e78c4 2025-09-14)`
    let text = text.expect("the version is text");
    let version = text.split(' ').nth(1).expect("a name and a version");
    println!("cargo:rustc-env=COMPILER_VERSION={}", version.trim());
}
