use crate::{
    careers::Careers, config::Config, cookies::Cookies, iracing_access::IracingAccess, limits::Limits,
    reference_lists::ReferenceLists, sign_in::SignIn, track_maps::TrackMaps,
};
use anyhow::Context;
use auth::{SealingKeys, SigningKeys, Tokens};
use axum::{extract::FromRef, http::HeaderValue};
use iracing::{DataClient, DataConfig, HttpClient};
use iracing_token::IracingTokens;
use jiff::SignedDuration;
use messaging::IngestionQueue;
use runtime::{Aws, Clock, secret_string};
use std::sync::Arc;
use store::Store;

/// What the process holds between requests. Cheap to clone; handlers extract the parts they need.
#[derive(Clone)]
pub struct State {
    pub(crate) store: Store,
    pub(crate) tokens: Tokens,
    pub(crate) clock: Clock,
    pub(crate) queue: IngestionQueue,
    pub(crate) search_window: SignedDuration,
    pub(crate) sign_in: SignIn,
    pub(crate) iracing_tokens: IracingTokens,
    pub(crate) iracing: IracingAccess,
    pub(crate) reference_lists: ReferenceLists,
    pub(crate) track_maps: TrackMaps,
    pub(crate) careers: Careers,
    pub(crate) allowed_origins: Arc<[HeaderValue]>,
    pub(crate) limits: Option<Limits>,
}

impl State {
    /// Reads the secrets and builds every client, before the first request.
    ///
    /// # Errors
    /// If a secret cannot be read or used, or an origin is none; the message says which.
    pub async fn connect(config: &Config, aws: &Aws, clock: Clock) -> anyhow::Result<Self> {
        let secret = |name| secret_string(&aws.secrets, name);
        let (credentials, signing, sealing) = tokio::try_join!(
            secret(&config.iracing_credentials_secret),
            secret(&config.signing_key_secret),
            secret(&config.encryption_key_secret),
        )?;
        let tokens = Tokens {
            signing: SigningKeys::from_pem(signing.expose()).context("JWT_SIGNING_KEY_SECRET")?,
            sealing: SealingKeys::from_base64(sealing.expose()).context("JWT_ENCRYPTION_KEY_SECRET")?,
        };
        let http = HttpClient::new(concat!("spinout/", env!("CARGO_PKG_VERSION")))?;
        let oauth = iracing_token::oauth_client(credentials.expose(), config.oauth_base_url.clone(), http.clone())
            .context("IRACING_CREDENTIALS_SECRET")?;
        let allowed_origins = config.allowed_origins.iter().map(|origin| {
            let origin = origin.trim_end_matches('/');
            HeaderValue::from_str(origin).with_context(|| format!("CORS_ALLOWED_ORIGINS: {origin:?} is no origin"))
        });
        let allowed_origins = allowed_origins.collect::<anyhow::Result<_>>()?;

        let store = Store::new(aws.dynamodb.clone(), &config.table);
        let data = DataClient::new(&DataConfig::new(config.data_base_url.clone()), http);
        let iracing_tokens = IracingTokens::new(store.clone(), oauth.clone(), tokens.sealing.clone(), clock.clone());
        let iracing = IracingAccess::new(iracing_tokens.clone(), data, clock.clone(), config.metrics.clone());
        let by_plain_http = config.redirect_uris.iter().all(|uri| uri.starts_with("http://"));
        let reference_lists = ReferenceLists::new(store.clone(), iracing.clone(), clock.clone());
        Ok(Self {
            sign_in: SignIn {
                store: store.clone(),
                oauth,
                tokens: tokens.clone(),
                iracing_tokens: iracing_tokens.clone(),
                iracing: iracing.clone(),
                cookies: Cookies::new(&config.base_path, !by_plain_http),
                redirect_uris: config.redirect_uris.clone().into(),
                clock: clock.clone(),
                metrics: config.metrics.clone(),
            },
            careers: Careers::new(store.clone()),
            track_maps: TrackMaps::new(reference_lists.clone(), store.clone(), iracing.clone(), clock.clone()),
            reference_lists,
            limits: config.rate_limits.then(|| Limits::new(config, &store, &tokens.sealing, &clock)),
            queue: IngestionQueue::new(aws.sqs.clone(), &config.queue_url),
            search_window: config.search_window,
            iracing_tokens,
            iracing,
            allowed_origins,
            tokens,
            store,
            clock,
        })
    }

    /// The store, whose consumed units the benchmarks read.
    pub fn store(&self) -> &Store {
        &self.store
    }
}

macro_rules! extractable {
    ($($part:ident: $kind:ty),*) => {
        $(impl FromRef<State> for $kind {
            fn from_ref(state: &State) -> Self {
                state.$part.clone()
            }
        })*
    };
}

extractable!(
    store: Store,
    clock: Clock,
    sign_in: SignIn,
    iracing: IracingAccess,
    reference_lists: ReferenceLists,
    track_maps: TrackMaps,
    careers: Careers
);
