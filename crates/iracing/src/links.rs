//! Which addresses in an answer may be visited.
//!
//! Answers carry links to iRacing's storage. What follows them must not become a way into networks that only we can
//! reach, nor send anything to strangers: only https to the hosts that iRacing stores at, and the data API's own origin.
//! When something else plays iRacing, such as the sandbox, its own origin is all that it may link to.

use url::{Origin, Url};

/// Where iRacing itself is.
const IRACING: &str = ".iracing.com";
/// Whose content delivery serves its chunks and pictures.
const CLOUDFRONT: &str = ".cloudfront.net";
/// Whose storage its signed links lead to: only S3 of all that is below.
const AWS: &str = ".amazonaws.com";

/// Decides about links.
#[derive(Debug, Clone)]
pub(crate) struct LinkPolicy {
    own_origin: Origin,
    /// Whether it is iRacing itself that we ask.
    iracing: bool,
}

impl LinkPolicy {
    pub(crate) fn new(base_url: &Url) -> Self {
        let iracing = base_url.scheme() == "https" && base_url.host_str().is_some_and(|host| host.ends_with(IRACING));
        Self { own_origin: base_url.origin(), iracing }
    }

    /// The parsed link, or the host that it must not go to.
    pub(crate) fn check(&self, link: &str) -> Result<Url, String> {
        let url = Url::parse(link).map_err(|_| "an unreadable address".to_owned())?;
        let host = url.host_str().unwrap_or_default().to_owned();
        // User information would become an Authorization header.
        if !url.username().is_empty() || url.password().is_some() {
            return Err(host);
        }
        let stored = || self.iracing && url.scheme() == "https" && url.port().is_none() && is_storage(&host);
        if url.origin() == self.own_origin || stored() { Ok(url) } else { Err(host) }
    }
}

fn is_storage(host: &str) -> bool {
    let below = |domain: &str| host.strip_suffix(domain).filter(|name| !name.is_empty());
    below(IRACING).is_some()
        || below(CLOUDFRONT).is_some()
        || below(AWS).is_some_and(|name| {
            let mut labels = name.split('.');
            // An endpoint inside somebody's network has S3 in its name, too.
            labels.clone().all(|label| label != "vpce") && labels.any(|label| label == "s3" || label.starts_with("s3-"))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy(base: &str) -> LinkPolicy {
        LinkPolicy::new(&Url::parse(base).unwrap())
    }

    #[test]
    fn links_to_iracings_storage_pass() {
        let policy = policy("https://members-ng.iracing.com");
        for link in [
            "https://scorpio-assets.s3.amazonaws.com/production/x?X-Amz-Signature=abc",
            "https://SCORPIO-assets.s3.us-east-1.amazonaws.com/x",
            "https://s3.amazonaws.com/scorpio-assets/x",
            "https://scorpio-assets.s3-us-west-2.amazonaws.com/x",
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
            "https://ec2-203-0-113-7.compute-1.amazonaws.com/x",
            "https://evil.execute-api.us-east-1.amazonaws.com/x",
            "https://bucket.vpce-1a2b.s3.us-east-1.vpce.amazonaws.com/x",
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
    fn the_sandbox_may_link_to_its_own_origin_alone() {
        let policy = policy("http://127.0.0.1:8080/iracing-sandbox");
        assert!(policy.check("http://127.0.0.1:8080/iracing-sandbox/links/1").is_ok());
        for link in [
            "http://127.0.0.1:8081/links/1",
            "https://127.0.0.1:8080/links/1",
            "http://localhost:8080/links/1",
            "https://scorpio-assets.s3.amazonaws.com/x",
            "https://members-ng.iracing.com/data/x",
        ] {
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
