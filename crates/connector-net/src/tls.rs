//! Which certificates are trusted, and the TLS settings that follow: 1.2 or later, checked against these roots.

use std::collections::BTreeSet;
use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use connector_core::error::{Error, ErrorKind, Result};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore, crypto};
use rustls_native_certs::CertificateResult;

/// What the process has warned about. All its clients trust the same certificates, and a service makes clients for every task.
static WARNED: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());

/// The certificate authorities that servers are checked against.
///
/// ```
/// let roots = connector_net::Roots::system();
/// let tls = roots.client_config(&[b"h2", b"http/1.1"])?;
/// assert_eq!(tls.alpn_protocols.len(), 2);
/// # Ok::<(), connector_core::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Roots {
    store: RootCertStore,
    /// What kept some of the system's certificates from being read, one sentence each.
    problems: Vec<String>,
}

impl Roots {
    /// The system's authorities, or those that `SSL_CERT_FILE` and `SSL_CERT_DIR` name, and Mozilla's, so that a
    /// machine without any can still connect. What cannot be read is left out; see [`Roots::problems`].
    pub fn system() -> Self {
        let named =
            ["SSL_CERT_FILE", "SSL_CERT_DIR"].map(|name| Some((name, std::env::var_os(name)?)));
        let mut named: Vec<_> = named.into_iter().flatten().collect();
        named.retain(|(_, value)| !value.is_empty());
        let place = |(name, value): &(_, OsString)| format!("{name}={}", value.display());
        let places: Vec<_> = named.iter().map(place).collect();
        let place = match places.is_empty() {
            true => "the system's certificate store".to_owned(),
            false => places.join(" and "),
        };
        let mut roots = Self::with_bundled(rustls_native_certs::load_native_certs(), &place);
        let unusable = named
            .iter()
            .flat_map(|(name, value)| unusable_paths(name, value));
        for (path, problem) in unusable {
            // The reason that the system gives for the same path says less.
            let path = path.display().to_string();
            roots.problems.retain(|other| !other.contains(&path));
            roots.problems.push(problem);
        }
        roots
    }

    /// `place` is where the system's certificates came from.
    fn with_bundled(system: CertificateResult, place: &str) -> Self {
        let mut store = RootCertStore::empty();
        // Systems ship roots in forms that rustls does not know. Nothing can be done about them, so they do not count
        // as problems.
        store.add_parsable_certificates(system.certs);
        store.add_parsable_certificates(webpki_root_certs::TLS_SERVER_ROOT_CERTS.iter().cloned());
        let problem = |error: &rustls_native_certs::Error| match error.kind {
            // Only errors of this kind hold the path.
            rustls_native_certs::ErrorKind::Io { .. } => error.to_string(),
            _ => format!("{error} in {place}"),
        };
        Self {
            store,
            problems: system.errors.iter().map(problem).collect(),
        }
    }

    /// Only the authorities in this PEM text.
    ///
    /// # Errors
    /// As for [`Roots::add_pem`], and [`ErrorKind::Setting`] when there is no certificate in it.
    pub fn only(pem: &[u8]) -> Result<Self> {
        let mut roots = Self {
            store: RootCertStore::empty(),
            problems: Vec::new(),
        };
        roots.add_pem(pem)?;
        match roots.store.is_empty() {
            true => Err(Error::new(
                ErrorKind::Setting,
                "there is no certificate to trust",
            )),
            false => Ok(roots),
        }
    }

    /// Adds the certificates in a PEM text.
    ///
    /// # Errors
    /// [`ErrorKind::Setting`] when one of them cannot be read or used.
    pub fn add_pem(&mut self, pem: &[u8]) -> Result<()> {
        for certificate in CertificateDer::pem_slice_iter(pem) {
            let certificate = certificate.map_err(|e| {
                Error::new(ErrorKind::Setting, "a trusted certificate cannot be read")
                    .hint("check the PEM file that SSL_CERT_FILE names")
                    .caused_by(e)
            })?;
            self.store.add(certificate).map_err(unusable)?;
        }
        Ok(())
    }

    /// What kept some of the system's certificates from being read: one sentence each, with the file and the reason.
    /// A private authority among them is missing, so its servers will not be trusted.
    pub fn problems(&self) -> &[String] {
        &self.problems
    }

    /// TLS settings for a client that offers `protocols` by ALPN. Warns about [`Roots::problems`], about each once in a process.
    ///
    /// # Errors
    /// [`ErrorKind::Setting`] when TLS cannot be set up.
    pub fn client_config(&self, protocols: &[&[u8]]) -> Result<ClientConfig> {
        for problem in self.problems.iter().filter(|problem| is_new(problem)) {
            tracing::warn!(error = problem, "trusted certificates cannot be read");
        }
        let provider = Arc::new(crypto::aws_lc_rs::default_provider());
        let mut config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(unusable)?
            .with_root_certificates(self.store.clone())
            .with_no_client_auth();
        config.alpn_protocols = protocols.iter().map(|p| p.to_vec()).collect();
        Ok(config)
    }
}

/// The paths in a variable that hold no certificates, each with what is wrong.
fn unusable_paths(variable: &str, value: &OsStr) -> Vec<(PathBuf, String)> {
    let is_list = variable == "SSL_CERT_DIR";
    let paths = match is_list {
        true => std::env::split_paths(value).collect(),
        false => vec![PathBuf::from(value)],
    };
    let wrong = paths.into_iter().filter_map(|path| {
        let what = match (std::fs::metadata(&path), is_list) {
            (Err(e), _) => format!("which cannot be read: {e}"),
            (Ok(found), false) if found.is_dir() => "a directory, not a file".to_owned(),
            (Ok(found), true) if !found.is_dir() => "which is not a directory".to_owned(),
            (Ok(found), false) if found.is_file() => not_pem(&path)?.to_owned(),
            _ => return None,
        };
        let problem = format!("{variable} names {}, {what}", path.display());
        Some((path, problem))
    });
    wrong.collect()
}

/// What a file is when there is no certificate in PEM form in it.
fn not_pem(path: &Path) -> Option<&'static str> {
    let mut certificates = CertificateDer::pem_file_iter(path).ok()?;
    if certificates.next().is_some() {
        return None;
    }
    let mut first = [0];
    // An empty file has no first byte.
    let _ = File::open(path).ok()?.read_exact(&mut first);
    Some(match first {
        // The tag of a sequence, which every certificate is.
        [0x30] => {
            "a certificate in DER form; PEM is needed (openssl x509 -inform der -in FILE -out FILE.pem)"
        }
        _ => "which holds no certificate in PEM form",
    })
}

/// Whether this is the first time that the problem is met.
fn is_new(problem: &str) -> bool {
    let mut warned = WARNED.lock().unwrap_or_else(PoisonError::into_inner);
    warned.insert(problem.to_owned())
}

fn unusable(error: rustls::Error) -> Error {
    Error::new(ErrorKind::Setting, "TLS cannot be set up").caused_by(error)
}

#[cfg(test)]
pub(crate) mod tests;
