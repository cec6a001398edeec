//! Which addresses in an answer may be visited.
//!
//! Answers carry links to iRacing's storage. What follows them must not become a way into networks that only we can
//! reach, nor send anything to strangers: only https to known hosts, or the data API's own origin, which is how the
//! sandbox serves its links.

use url::{Origin, Url};

/// Hosts of iRacing's storage; a leading dot stands for any host below.
pub const STORAGE_HOSTS: [&str; 3] = [".amazonaws.com", ".iracing.com", ".cloudfront.net"];

/// Decides about links.
#[derive(Debug, Clone)]
pub(crate) struct LinkPolicy {
    own_origin: Origin,
    hosts: Vec<String>,
}

impl LinkPolicy {
    pub(crate) fn new(base_url: &Url, hosts: &[String]) -> Self {
        Self { own_origin: base_url.origin(), hosts: hosts.iter().map(|host| host.to_lowercase()).collect() }
    }

    /// The parsed link, or the host that it must not go to.
    pub(crate) fn check(&self, link: &str) -> Result<Url, String> {
        let url = Url::parse(link).map_err(|_| "an unreadable address".to_owned())?;
        let host = url.host_str().unwrap_or_default().to_owned();
        // User information would become an Authorization header.
        if !url.username().is_empty() || url.password().is_some() {
            return Err(host);
        }
        if url.origin() == self.own_origin || (url.scheme() == "https" && url.port().is_none() && self.knows(&host)) {
            Ok(url)
        } else {
            Err(host)
        }
    }

    fn knows(&self, host: &str) -> bool {
        self.hosts.iter().any(|known| match known.strip_prefix('.') {
            Some(_) => host.len() > known.len() && host.ends_with(known.as_str()),
            None => host == known,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy(base: &str) -> LinkPolicy {
        LinkPolicy::new(&Url::parse(base).unwrap(), &STORAGE_HOSTS.map(str::to_owned))
    }

    #[test]
    fn links_to_iracings_storage_pass() {
        let policy = policy("https://members-ng.iracing.com");
        for link in [
            "https://scorpio-assets.s3.amazonaws.com/production/x?X-Amz-Signature=abc",
            "https://SCORPIO-assets.s3.us-east-1.amazonaws.com/x",
            "https://d3bxz2vegbjddt.cloudfront.net/public/lapdata/0.json",
            "https://members-assets.iracing.com/public/x.json",
            "https://members-ng.iracing.com/data/x",
        ] {
            assert!(policy.check(link).is_ok(), "{link}");
        }
    }

    #[test]
    fn links_to_anywhere_else_are_refused() {
        let policy = policy("https://members-ng.iracing.com");
        for link in [
            "http://scorpio-assets.s3.amazonaws.com/x",
            "https://amazonaws.com.evil.example/x",
            "https://evilamazonaws.com/x",
            "https://.amazonaws.com/x",
            "https://amazonaws.com./x",
            "https://169.254.169.254/latest/meta-data",
            "http://169.254.169.254/latest/meta-data",
            "https://[::1]/x",
            "https://localhost/x",
            "https://2130706433/x",
            "https://user:pass@x.s3.amazonaws.com/x",
            "https://user@x.s3.amazonaws.com/x",
            "https://x.s3.amazonaws.com@evil.example/x",
            "https://x.s3.amazonaws.com:8443/x",
            "https://evil.example\\@x.s3.amazonaws.com/x",
            "file:///etc/passwd",
            "ftp://x.s3.amazonaws.com/x",
            "//x.s3.amazonaws.com/x",
            "/links/x",
            "",
        ] {
            assert!(policy.check(link).is_err(), "{link}");
        }
    }

    #[test]
    fn the_data_apis_own_origin_passes_even_without_tls() {
        let policy = policy("http://127.0.0.1:8080/iracing-sandbox");
        assert!(policy.check("http://127.0.0.1:8080/iracing-sandbox/links/1").is_ok());
        for link in ["http://127.0.0.1:8081/links/1", "https://127.0.0.1:8080/links/1", "http://localhost:8080/links/1"]
        {
            assert!(policy.check(link).is_err(), "{link}");
        }
    }

    #[test]
    fn no_path_tricks_make_a_foreign_origin_our_own() {
        let policy = policy("http://127.0.0.1:8080");
        assert!(policy.check("http://127.0.0.1:8080@evil.example/").is_err());
        assert!(policy.check("http://127.0.0.1:8080.evil.example/").is_err());
    }
}
