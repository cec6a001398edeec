use auth::{LocalKeys, SealingKeys, SignInChallenge};
use axum::{
    body::Body,
    http::{Request, header},
};
use domain::DriverId;
use engines::DynamoDb;
use iracing::{HttpClient, OAuthClient, Secret, TokenPair};
use iracing_sandbox::{Careers, Content, NEWCOMER, Sandbox};
use iracing_token::{IracingTokens, oauth_client};
use runtime::{Clock, ClockHandle};
use store::Store;
use tower::ServiceExt;

/// Who signs in.
pub const DRIVER: DriverId = DriverId(NEWCOMER);

const REDIRECT: &str = "http://127.0.0.1/auth/ir/callback";

/// iRacing and the table, and a clock that stands still.
pub struct World {
    pub sandbox: Sandbox,
    pub store: Store,
    pub clock: ClockHandle,
    reads: Clock,
    base_url: String,
    keys: LocalKeys,
    _dynamodb: DynamoDb,
}

impl World {
    pub async fn start() -> Self {
        let (reads, clock) = Clock::fixed("2026-07-15T12:00:00Z".parse().unwrap());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base_url = format!("http://{}", listener.local_addr().unwrap());
        let sandbox = Sandbox::new(iracing_sandbox::Config {
            content: Content::Generated(Careers::new(1).only(&[NEWCOMER])),
            clock: reads.source(),
            ..iracing_sandbox::Config::local(&base_url, &[REDIRECT])
        })
        .unwrap();
        let router = sandbox.router();
        tokio::spawn(async move { axum::serve(listener, router).await });
        let dynamodb = DynamoDb::start(None).await.unwrap();
        dynamodb.create_table("spinout").unwrap();
        let store = Store::new(dynamodb.client(), "spinout");
        store.record_login(DRIVER, "Example Driver", None, clock.now()).await.unwrap();
        let keys = auth::generate_local_keys().unwrap();
        Self { sandbox, store, clock, reads, base_url, keys, _dynamodb: dynamodb }
    }

    /// The pairs' owner in a process of its own.
    pub fn process(&self) -> IracingTokens {
        self.process_with(&self.keys)
    }

    /// The same with other keys.
    pub fn process_with(&self, keys: &LocalKeys) -> IracingTokens {
        self.process_at(&self.base_url, keys)
    }

    /// The same in a process that does not reach iRacing.
    pub fn process_without_iracing(&self) -> IracingTokens {
        self.process_at("http://127.0.0.1:1", &self.keys)
    }

    fn process_at(&self, base_url: &str, keys: &LocalKeys) -> IracingTokens {
        let keys = SealingKeys::from_base64(keys.sealing_key_base64.expose()).unwrap();
        IracingTokens::new(self.store.clone(), client(base_url), keys, self.reads.clone())
    }

    pub fn oauth(&self) -> OAuthClient {
        client(&self.base_url)
    }

    /// Signs the driver in at iRacing.
    pub async fn sign_in(&self) -> TokenPair {
        let now = self.clock.now();
        let challenge = SignInChallenge::new(now).unwrap();
        let form = serde_urlencoded::to_string([
            ("client_id", "spinout-local"),
            ("redirect_uri", REDIRECT),
            ("response_type", "code"),
            ("code_challenge", &challenge.code_challenge()),
            ("code_challenge_method", "S256"),
            ("scope", "iracing.auth iracing.profile"),
            ("member", &DRIVER.to_string()),
        ]);
        let consent = Request::post("/oauth2/authorize")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(form.unwrap()))
            .unwrap();
        let answer = self.sandbox.router().oneshot(consent).await.unwrap();
        let (_, code) = answer.headers()[header::LOCATION].to_str().unwrap().split_once("code=").unwrap();
        let verifier = Secret::new(challenge.code_verifier().expose());
        self.oauth().exchange_code(code, REDIRECT, &verifier, now).await.unwrap()
    }

    /// How often iRacing was asked for a renewal.
    pub fn refreshes(&self) -> u64 {
        self.sandbox.counts().token_requests.get("refresh_token").copied().unwrap_or_default()
    }
}

fn client(base_url: &str) -> OAuthClient {
    let credentials = r#"{"oauth_client_id":"spinout-local","oauth_client_secret":"spinout-local-secret"}"#;
    let http = HttpClient::new("test").unwrap();
    oauth_client(credentials, format!("{base_url}/oauth2").parse().unwrap(), http).unwrap()
}
