//! The three real Lambda binaries, each in its own process behind the Lambda Runtime API, with everything around them that
//! Terraform puts there.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use aws_sdk_dynamodb::types::{AttributeDefinition, BillingMode, KeySchemaElement, KeyType, ScalarAttributeType};
use axum::Router;
use engines::{
    DeadLetter, Engines, EnginesConfig, EventSourceMapping, LambdaProcess, LambdaRuntimeApi, QueueSettings,
    WebSocketGateway, WebSocketGatewaySettings, rest_gateway,
};
use iracing_sandbox::{CLUB_RACER, Careers, Content, SHOWCASE, Sandbox};
use runtime::Clock;
use serde_json::json;
use tokio::net::TcpListener;

/// Where sign-ins come back to; nobody is there.
pub const REDIRECT_URI: &str = "http://localhost:8080/auth/ir/callback";
/// The time limit that Terraform gives a function behind a gateway.
pub const PATIENCE: Duration = Duration::from_secs(29);

/// One of the three.
pub struct Lambda {
    pub name: &'static str,
    pub runtime: LambdaRuntimeApi,
    pub process: LambdaProcess,
    binary: PathBuf,
}

impl Lambda {
    async fn start(name: &'static str, binary: PathBuf, environment: &[(String, String)]) -> anyhow::Result<Self> {
        let runtime = LambdaRuntimeApi::start().await?;
        let process = spawn(name, &binary, &runtime, environment)?;
        Ok(Self { name, runtime, process, binary })
    }

    /// A fresh copy with another environment; what it was working on fails.
    async fn restart(&mut self, environment: &[(String, String)]) -> anyhow::Result<()> {
        self.process.kill().await;
        self.process = spawn(self.name, &self.binary, &self.runtime, environment)?;
        Ok(())
    }
}

fn spawn(
    name: &str,
    binary: &Path,
    runtime: &LambdaRuntimeApi,
    environment: &[(String, String)],
) -> anyhow::Result<LambdaProcess> {
    let environment = environment.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    LambdaProcess::spawn(runtime, binary, environment.chain([("AWS_LAMBDA_FUNCTION_NAME", name)]))
}

/// A running deployment.
pub struct Deployment {
    pub api: Lambda,
    pub websocket: Lambda,
    pub ingestion: Lambda,
    pub aws: Engines,
    /// What the functions are told.
    pub environment: Vec<(String, String)>,
    /// Address of the REST API.
    pub rest: String,
    /// Address of the WebSocket API.
    pub live: String,
    gateway: WebSocketGateway,
    mapping: EventSourceMapping,
}

impl Deployment {
    /// Starts everything; `binary` says where a function's program is. The table is the embedded one, or a new one at the
    /// endpoint of another DynamoDB.
    pub async fn start(binary: impl Fn(&str) -> PathBuf, dynamodb: Option<&str>) -> anyhow::Result<Self> {
        let sandbox = start_sandbox().await?;
        let aws = Engines::start(EnginesConfig::default()).await?;
        let queue_url = set_up(&aws)?;
        let gateway = WebSocketGateway::start(WebSocketGatewaySettings::default()).await?;
        let mut environment = aws.environment();
        match dynamodb {
            Some(endpoint) => {
                let client = aws_sdk_dynamodb::Client::new(&engines::client_config(endpoint));
                // Left over from an earlier run, or not there.
                let _ = client.delete_table().table_name(TABLE).send().await;
                create_table(&client, TABLE).await?;
                environment.retain(|(name, _)| name != "AWS_ENDPOINT_URL_DYNAMODB");
                environment.push(("AWS_ENDPOINT_URL_DYNAMODB".to_owned(), endpoint.to_owned()));
            }
            None => aws.dynamodb.create_table(TABLE)?,
        }
        environment.extend(settings(&sandbox, &queue_url, &gateway.management_endpoint()));

        let lambda = async |name| Lambda::start(name, binary(name), &environment).await;
        let (api, websocket, ingestion) =
            (lambda("api").await?, lambda("websocket").await?, lambda("ingestion").await?);

        let (listener, address) = listen().await?;
        let site = Router::new()
            .nest("/ws", gateway.router(websocket.runtime.function(PATIENCE)))
            .fallback_service(rest_gateway(api.runtime.function(PATIENCE)));
        serve(listener, site);
        let worker = ingestion.runtime.function(Duration::from_secs(900));
        let mapping = EventSourceMapping::start(aws.sqs.client(), &queue_url, 1, worker).await?;
        let (rest, live) = (format!("http://{address}"), format!("ws://{address}/ws"));
        Ok(Self { api, websocket, ingestion, aws, environment, rest, live, gateway, mapping })
    }

    /// Has the functions work on another table, as an apply does.
    pub async fn switch_table(&mut self, name: &str) -> anyhow::Result<()> {
        for (_, value) in self.environment.iter_mut().filter(|(variable, _)| variable == "DYNAMODB_TABLE") {
            name.clone_into(value);
        }
        for lambda in [&mut self.api, &mut self.websocket, &mut self.ingestion] {
            lambda.restart(&self.environment).await?;
        }
        Ok(())
    }

    /// Stops the triggers, then the functions; answers the functions' logs.
    pub async fn stop(self) -> [(&'static str, Vec<String>); 3] {
        self.mapping.stop(Duration::from_secs(10)).await;
        self.gateway.shutdown().await;
        let logs = [&self.api, &self.websocket, &self.ingestion].map(|lambda| (lambda.name, lambda.process.log()));
        for lambda in [self.api, self.websocket, self.ingestion] {
            lambda.process.kill().await;
        }
        logs
    }
}

/// The table's usual name.
pub const TABLE: &str = "spinout";

/// What Terraform tells the functions, without the services' addresses.
fn settings(sandbox: &str, queue_url: &str, management: &str) -> Vec<(String, String)> {
    [
        ("LOG_LEVEL", "info"),
        ("AWS_LAMBDA_HTTP_IGNORE_STAGE_IN_PATH", "true"),
        ("DYNAMODB_TABLE", TABLE),
        ("JWT_SIGNING_KEY_SECRET", "signing"),
        ("JWT_ENCRYPTION_KEY_SECRET", "sealing"),
        ("IRACING_CREDENTIALS_SECRET", "iracing"),
        ("IRACING_OAUTH_BASE_URL", &format!("http://{sandbox}/oauth2")),
        ("IRACING_DATA_BASE_URL", &format!("http://{sandbox}")),
        ("RACE_INGESTION_QUEUE_URL", queue_url),
        ("WS_MANAGEMENT_ENDPOINT", management),
        ("CORS_ALLOWED_ORIGINS", "http://localhost:8080"),
        ("OAUTH_REDIRECT_URIS", REDIRECT_URI),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .into()
}

/// Serves a site on a port until the program ends.
fn serve(listener: TcpListener, site: Router) {
    let service = site.into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(async move { axum::serve(listener, service).await });
}

async fn listen() -> anyhow::Result<(TcpListener, String)> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let address = listener.local_addr()?.to_string();
    Ok((listener, address))
}

/// Starts iRacing's stand-in with two drivers and returns its address.
pub async fn start_sandbox() -> anyhow::Result<String> {
    let (listener, address) = listen().await?;
    let clock = Clock::system();
    let sandbox = Sandbox::new(iracing_sandbox::Config {
        content: Content::Generated(Careers::new(1).only(&[SHOWCASE, CLUB_RACER])),
        clock: Arc::new(move || clock.now()),
        ..iracing_sandbox::Config::local(&format!("http://{address}"), &[REDIRECT_URI])
    });
    serve(listener, sandbox?.router());
    Ok(address)
}

/// Queues and secrets. Returns the queue's URL.
fn set_up(aws: &Engines) -> anyhow::Result<String> {
    aws.sqs.create_queue("dead", &QueueSettings::default())?;
    let dead_letter = Some(DeadLetter { queue: "dead".to_owned(), max_receive_count: 3 });
    let settings = QueueSettings { visibility_timeout: Duration::from_secs(960), dead_letter };
    let keys = auth::generate_local_keys()?;
    aws.secrets.put("signing", keys.signing_key_pem.expose())?;
    aws.secrets.put("sealing", keys.sealing_key_base64.expose())?;
    let client = json!({ "oauth_client_id": "spinout-local", "oauth_client_secret": "spinout-local-secret" });
    aws.secrets.put("iracing", &client.to_string())?;
    aws.sqs.create_queue("ingestion", &settings)
}

/// An empty table as Terraform makes it, without what the functions do not see: expiry, backups.
pub async fn create_table(client: &aws_sdk_dynamodb::Client, name: &str) -> anyhow::Result<()> {
    let mut table = client.create_table().table_name(name).billing_mode(BillingMode::PayPerRequest);
    for (attribute, key) in [("partition_key", KeyType::Hash), ("sort_key", KeyType::Range)] {
        let definition = AttributeDefinition::builder().attribute_name(attribute);
        table = table
            .attribute_definitions(definition.attribute_type(ScalarAttributeType::S).build()?)
            .key_schema(KeySchemaElement::builder().attribute_name(attribute).key_type(key).build()?);
    }
    table.send().await.with_context(|| format!("the table {name} could not be created"))?;
    Ok(())
}
