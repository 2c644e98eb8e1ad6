//! Facts about the machine, for `Hello`.

use std::ffi::OsStr;

use crate::config::Program;
use connector_proto::c1::connectorapi::baton::v1::{BuildInfo, OsInfo};

/// The longest text the control plane takes.
const LIMIT: usize = 256;
/// The host id of last resort.
const FALLBACK: &str = "baton-sdk";

/// The process's name: the value of `BATON_HOST_ID`, otherwise the machine's name.
pub fn host_id(variable: Option<&OsStr>) -> String {
    let name = match variable {
        Some(set) => set.to_string_lossy().into_owned(),
        None => uname().host,
    };
    let name = cut(&name);
    if name.is_empty() {
        FALLBACK.to_owned()
    } else {
        name
    }
}

/// What was built.
pub(crate) fn build_info(program: &Program) -> BuildInfo {
    BuildInfo {
        lang_version: concat!("rust ", env!("COMPILER_VERSION")).to_owned(),
        package: cut(&program.name),
        package_version: cut(&program.version),
    }
}

/// Where it runs. No field is empty.
pub(crate) fn os_info() -> OsInfo {
    let kernel = uname();
    let release = std::fs::read_to_string("/etc/os-release").unwrap_or_default();
    let os = match std::env::consts::OS {
        "macos" => "darwin",
        other => other,
    };
    let or = |value: String, other: &str| {
        if value.is_empty() {
            cut(other)
        } else {
            cut(&value)
        }
    };
    let platform = or(os_release(&release, "ID"), os);
    OsInfo {
        hostname: or(kernel.host, "unknown"),
        os: os.to_owned(),
        platform_version: or(
            os_release(&release, "VERSION_ID"),
            &or(kernel.release.clone(), "unknown"),
        ),
        platform_family: or(os_release(&release, "ID_LIKE"), &platform),
        platform,
        kernel_version: or(kernel.release, "unknown"),
        kernel_arch: or(kernel.machine, std::env::consts::ARCH),
        virtualization_system: virtualization().to_owned(),
    }
}

struct Kernel {
    host: String,
    release: String,
    machine: String,
}

#[cfg(unix)]
fn uname() -> Kernel {
    let names = rustix::system::uname();
    let text = |name: &std::ffi::CStr| name.to_string_lossy().into_owned();
    Kernel {
        host: text(names.nodename()),
        release: text(names.release()),
        machine: text(names.machine()),
    }
}

#[cfg(not(unix))]
fn uname() -> Kernel {
    Kernel {
        host: std::env::var("COMPUTERNAME").unwrap_or_default(),
        release: String::new(),
        machine: String::new(),
    }
}

/// One value of an `os-release` file; the first one where it is a list.
fn os_release(text: &str, key: &str) -> String {
    let value = text
        .lines()
        .find_map(|line| line.strip_prefix(key)?.strip_prefix('='));
    let value = value.unwrap_or_default().trim_matches(['"', '\'', ' ']);
    value.split(' ').next().unwrap_or_default().to_owned()
}

fn virtualization() -> &'static str {
    let exists = |path: &str| std::path::Path::new(path).exists();
    if exists("/.dockerenv") {
        "docker"
    } else if exists("/run/.containerenv") {
        "podman"
    } else if exists("/var/run/secrets/kubernetes.io") {
        "kubernetes"
    } else {
        "none"
    }
}

fn cut(text: &str) -> String {
    text.chars().take(LIMIT).collect()
}

#[cfg(test)]
mod tests;
