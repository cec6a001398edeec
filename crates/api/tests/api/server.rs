use api::{Config, State};
use auth::{Hidden, SealingKeys, SessionToken, SigningKeys, Tokens};
use axum::{
    Router,
    body::{Body, Bytes},
    http::{HeaderMap, Method, Request, StatusCode, header},
};
use domain::{DriverId, Entitlement};
use engines::{Engines, EnginesConfig, QueueSettings};
use iracing_sandbox::{Careers, Content, NEWCOMER, Sandbox};
use jiff::SignedDuration;
use messaging::QueueMessage;
use runtime::{Aws, Clock, ClockHandle, Endpoints, Environment};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use store::Store;
use tower::ServiceExt;

pub const ORIGIN: &str = "https://spinout.example";
pub const REDIRECT: &str = "https://spinout.example/auth/ir/callback";

/// A demo driver of iRacing's stand-in, without races.
pub const DRIVER: DriverId = DriverId(NEWCOMER);

/// An installation with everything around it, and a clock that stands still.
pub struct Server {
    pub state: State,
    pub store: Store,
    pub sandbox: Sandbox,
    pub clock: ClockHandle,
    pub tokens: Tokens,
    engines: Engines,
    environment: BTreeMap<&'static str, String>,
    reads: Clock,
}

impl Server {
    pub async fn start() -> Self {
        Self::of_drivers(&[NEWCOMER]).await
    }

    /// The same, with these demo drivers at iRacing.
    pub async fn of_drivers(drivers: &[i64]) -> Self {
        let (reads, clock) = Clock::fixed("2026-07-15T12:00:00Z".parse().unwrap());
        let engines = Engines::start(EnginesConfig { data_dir: None, clock: reads.source() }).await.unwrap();
        engines.dynamodb.create_table("spinout").unwrap();
        let queue_url = engines.sqs.create_queue("ingestion", &QueueSettings::default()).unwrap();
        let keys = auth::generate_local_keys().unwrap();
        let credentials = json!({"oauth_client_id": "spinout-local", "oauth_client_secret": "spinout-local-secret"});
        engines.secrets.put("signing", keys.signing_key_pem.expose()).unwrap();
        engines.secrets.put("sealing", keys.sealing_key_base64.expose()).unwrap();
        engines.secrets.put("iracing", &credentials.to_string()).unwrap();

        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base_url = format!("http://{}", listener.local_addr().unwrap());
        let sandbox = Sandbox::new(iracing_sandbox::Config {
            content: Content::Generated(Careers::new(1).only(drivers)),
            clock: reads.source(),
            ..iracing_sandbox::Config::local(&base_url, &[REDIRECT])
        })
        .unwrap();
        let iracing = sandbox.router();
        tokio::spawn(async move { axum::serve(listener, iracing).await });

        let environment = BTreeMap::from([
            ("DYNAMODB_TABLE", "spinout".to_owned()),
            ("CORS_ALLOWED_ORIGINS", ORIGIN.to_owned()),
            ("OAUTH_REDIRECT_URIS", REDIRECT.to_owned()),
            ("API_BASE_PATH", "/api".to_owned()),
            ("IRACING_CREDENTIALS_SECRET", "iracing".to_owned()),
            ("JWT_SIGNING_KEY_SECRET", "signing".to_owned()),
            ("JWT_ENCRYPTION_KEY_SECRET", "sealing".to_owned()),
            ("RACE_INGESTION_QUEUE_URL", queue_url),
            ("IRACING_OAUTH_BASE_URL", format!("{base_url}/oauth2")),
            ("IRACING_DATA_BASE_URL", base_url),
        ]);
        let state = connect(&engines, &environment, reads.clone()).await;
        let tokens = Tokens {
            signing: SigningKeys::from_pem(keys.signing_key_pem.expose()).unwrap(),
            sealing: SealingKeys::from_base64(keys.sealing_key_base64.expose()).unwrap(),
        };
        Self { store: state.store().clone(), state, sandbox, clock, tokens, engines, environment, reads }
    }

    /// Another process of the same installation, with some settings changed.
    pub async fn process_with(&self, changes: &[(&'static str, &str)]) -> State {
        let mut environment = self.environment.clone();
        environment.extend(changes.iter().map(|(name, value)| (*name, (*value).to_owned())));
        connect(&self.engines, &environment, self.reads.clone()).await
    }

    /// A browser in which nobody is signed in.
    pub fn browser(&self) -> Browser {
        Browser::of(&self.state)
    }

    /// A browser of a driver with a session token, without any sign-in at iRacing.
    pub async fn browser_of(&self, driver: DriverId) -> Browser {
        self.browser_with(driver, &[]).await
    }

    /// The same with entitlements.
    pub async fn browser_with(&self, driver: DriverId, entitlements: &[Entitlement]) -> Browser {
        let now = self.clock.now();
        self.store.record_login(driver, "Example Driver", None, now).await.unwrap();
        let session = SessionToken {
            driver_id: driver,
            driver_name: "Example Driver".to_owned(),
            session_id: "session".to_owned(),
            entitlements: entitlements.to_vec(),
            iracing_access_token: Hidden::new(""),
            iracing_expires_at: now,
        };
        let token = self.tokens.issue(&session, now).unwrap().token.expose().to_owned();
        Browser { token: Some(token), ..self.browser() }
    }

    /// A browser in which [`DRIVER`] has signed in through iRacing.
    pub async fn signed_in(&self) -> Browser {
        let mut browser = self.browser();
        let answer = browser.sign_in(self).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.json());
        browser
    }

    /// Consents at iRacing; the code and state that it sends back.
    pub async fn consent(&self, authorize_url: &str) -> (String, String) {
        consent(&self.sandbox, authorize_url, DRIVER).await
    }

    /// Takes what waits in the queue.
    pub async fn queued(&self) -> Vec<QueueMessage> {
        let (client, url) = (self.engines.sqs.client(), self.engines.sqs.queue_url("ingestion"));
        let answer = client.receive_message().queue_url(&url).max_number_of_messages(10).send().await.unwrap();
        let mut taken = Vec::new();
        for message in answer.messages.unwrap_or_default() {
            taken.push(serde_json::from_str(message.body().unwrap()).unwrap());
            let handle = message.receipt_handle().unwrap();
            client.delete_message().queue_url(&url).receipt_handle(handle).send().await.unwrap();
        }
        taken
    }

    /// A secret of the installation.
    pub fn secret(&self, name: &str) -> String {
        self.engines.secrets.get(name).unwrap()
    }

    pub fn put_secret(&self, name: &str, value: &str) {
        self.engines.secrets.put(name, value).unwrap();
    }

    /// Everything in the table, as text.
    pub async fn table(&self) -> String {
        let answer = self.engines.dynamodb.client().scan().table_name("spinout").send().await.unwrap();
        format!("{:?}", answer.items())
    }

    /// How often iRacing was asked for a renewed token.
    pub fn refreshes_at_iracing(&self) -> u64 {
        self.sandbox.counts().token_requests.get("refresh_token").copied().unwrap_or_default()
    }

    pub fn minutes_pass(&self, minutes: i64) {
        self.clock.advance(SignedDuration::from_mins(minutes));
    }
}

/// Consents at iRacing as one of its drivers; the code and state that it sends back.
pub async fn consent(sandbox: &Sandbox, authorize_url: &str, driver: DriverId) -> (String, String) {
    let url: url::Url = authorize_url.parse().unwrap();
    let mut form: BTreeMap<_, _> = url.query_pairs().into_owned().collect();
    form.insert("member".to_owned(), driver.to_string());
    let request = Request::post("/oauth2/authorize")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from(serde_urlencoded::to_string(form).unwrap()))
        .unwrap();
    let answer = sandbox.router().oneshot(request).await.unwrap();
    let location: url::Url = answer.headers()[header::LOCATION].to_str().unwrap().parse().unwrap();
    let back: BTreeMap<_, _> = location.query_pairs().into_owned().collect();
    (back["code"].clone(), back["state"].clone())
}

async fn connect(engines: &Engines, environment: &BTreeMap<&'static str, String>, clock: Clock) -> State {
    let config = Config::from_env(&Environment::of(environment.clone())).unwrap();
    let aws = Aws::local(&Endpoints {
        dynamodb: engines.dynamodb.endpoint(),
        sqs: engines.sqs.endpoint(),
        secrets: engines.secrets.endpoint(),
    })
    .await;
    State::connect(&config, &aws, clock).await.unwrap()
}

/// A page of a browser: keeps cookies, and the session token in memory.
#[derive(Clone)]
pub struct Browser {
    pub cookies: BTreeMap<String, String>,
    pub token: Option<String>,
    pub router: Router,
}

/// What came back.
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
    }

    /// The code of a problem.
    pub fn code(&self) -> String {
        assert_eq!(self.header("content-type"), "application/problem+json", "{}", self.json());
        self.json()["code"].as_str().unwrap().to_owned()
    }

    /// The fields that a problem names, with their codes.
    pub fn fields(&self) -> Vec<(String, String)> {
        let word = |error: &Value, name: &str| error[name].as_str().unwrap().to_owned();
        let body = self.json();
        let errors = body["errors"].as_array().unwrap_or_else(|| panic!("no field errors: {body}"));
        errors.iter().map(|error| (word(error, "field"), word(error, "code"))).collect()
    }

    /// A problem's body without the correlation id, which differs each time.
    pub fn problem(&self) -> Value {
        let mut body = self.json();
        let id = body.as_object_mut().unwrap().remove("correlationId").unwrap();
        assert_eq!(id, self.header("x-correlation-id"));
        body
    }
}

impl Browser {
    pub fn of(state: &State) -> Self {
        Self { cookies: BTreeMap::new(), token: None, router: api::router(state.clone()) }
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(self.request(Method::GET, path).body(Body::empty()).unwrap()).await
    }

    pub async fn get_with(&self, path: &str, name: &str, value: &str) -> Answer {
        self.send(self.request(Method::GET, path).header(name, value).body(Body::empty()).unwrap()).await
    }

    /// Posts JSON, and keeps the cookies of the answer.
    pub async fn post(&mut self, path: &str, body: Value) -> Answer {
        self.post_text(path, body.to_string()).await
    }

    pub async fn post_text(&mut self, path: &str, body: impl Into<Body>) -> Answer {
        let request = self.request(Method::POST, path).header(header::CONTENT_TYPE, "application/json");
        let answer = self.send(request.body(body.into()).unwrap()).await;
        self.keep_cookies(&answer);
        answer
    }

    /// Sends a request as it is.
    pub async fn send(&self, request: Request<Body>) -> Answer {
        let (parts, body) = self.router.clone().oneshot(request).await.unwrap().into_parts();
        let body = axum::body::to_bytes(body, usize::MAX).await.unwrap();
        Answer { status: parts.status, headers: parts.headers, body }
    }

    /// A request as this browser makes it.
    pub fn request(&self, method: Method, path: &str) -> axum::http::request::Builder {
        let mut request = Request::builder().method(method).uri(path).header(header::ORIGIN, ORIGIN);
        if let Some(token) = &self.token {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        let cookies: Vec<_> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        if !cookies.is_empty() {
            request = request.header(header::COOKIE, cookies.join("; "));
        }
        request
    }

    /// Signs [`DRIVER`] in through iRacing.
    pub async fn sign_in(&mut self, server: &Server) -> Answer {
        let started = self.post("/auth/ir/start", json!({"redirectUri": REDIRECT})).await;
        let (code, state) = server.consent(started.json()["authorizeUrl"].as_str().unwrap()).await;
        let body = json!({"code": code, "state": state, "redirectUri": REDIRECT});
        let answer = self.post("/auth/ir/callback", body).await;
        self.token = answer.json()["accessToken"].as_str().map(str::to_owned);
        answer
    }

    /// Continues the session.
    pub async fn refresh(&mut self) -> Answer {
        let answer = self.post("/auth/refresh", Value::Null).await;
        if answer.status == StatusCode::OK {
            self.token = answer.json()["accessToken"].as_str().map(str::to_owned);
        }
        answer
    }

    pub fn keep_cookies(&mut self, answer: &Answer) {
        for cookie in answer.headers.get_all(header::SET_COOKIE) {
            let (pair, attributes) = cookie.to_str().unwrap().split_once(';').unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            if attributes.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
    }
}
