use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use engines::{InvokeError, LambdaProcess, LambdaRuntimeApi};
use reqwest::{Client, Response};
use serde_json::{Value, json};

const MINUTE: Duration = Duration::from_secs(60);

/// What a function's process does, done by hand.
struct Runtime {
    http: Client,
    base: String,
}

impl Runtime {
    fn of(api: &LambdaRuntimeApi) -> Self {
        Self { http: Client::new(), base: format!("http://{}/2018-06-01/runtime", api.address()) }
    }

    async fn next(&self) -> Response {
        self.http.get(format!("{}/invocation/next", self.base)).send().await.unwrap()
    }

    async fn post(&self, path: &str, body: Value) -> u16 {
        self.http.post(format!("{}/{path}", self.base)).json(&body).send().await.unwrap().status().as_u16()
    }
}

fn request_id(next: &Response) -> String {
    next.headers()["lambda-runtime-aws-request-id"].to_str().unwrap().to_owned()
}

fn script(folder: &Path, content: &str) -> PathBuf {
    use std::io::Write;
    let path = folder.join("function");
    let mut file = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o700).open(&path).unwrap();
    file.write_all(content.as_bytes()).unwrap();
    path
}

#[tokio::test]
async fn an_event_reaches_the_process_and_its_answer_the_caller() {
    let api = LambdaRuntimeApi::start().await.unwrap();
    let runtime = Runtime::of(&api);
    let work = async {
        let next = runtime.next().await;
        let id = request_id(&next);
        assert!(next.headers().contains_key("lambda-runtime-deadline-ms"));
        assert!(next.headers()["lambda-runtime-trace-id"].to_str().unwrap().starts_with("Root=1-"));
        assert_eq!(next.json::<Value>().await.unwrap(), json!({ "race": 1 }));
        assert_eq!(runtime.post(&format!("invocation/{id}/response"), json!({ "done": true })).await, 202);
        // Nobody waits for a second answer.
        assert_eq!(runtime.post(&format!("invocation/{id}/response"), json!({ "done": true })).await, 400);
    };
    let (answer, ()) = tokio::join!(api.invoke(json!({ "race": 1 }), MINUTE), work);
    assert_eq!(answer, Ok(json!({ "done": true })));
}

#[tokio::test]
async fn an_error_of_the_function_is_an_error_of_the_invocation() {
    let api = LambdaRuntimeApi::start().await.unwrap();
    let runtime = Runtime::of(&api);
    let work = async {
        let id = request_id(&runtime.next().await);
        let error = json!({ "errorType": "StoreError", "errorMessage": "no table" });
        assert_eq!(runtime.post(&format!("invocation/{id}/error"), error).await, 202);
    };
    let (answer, ()) = tokio::join!(api.invoke(json!({}), MINUTE), work);
    let (error_type, message) = ("StoreError".to_owned(), "no table".to_owned());
    assert_eq!(answer, Err(InvokeError::Failed { error_type, message }));
}

#[tokio::test]
async fn a_process_that_cannot_start_fails_those_who_wait() {
    let api = LambdaRuntimeApi::start().await.unwrap();
    let runtime = Runtime::of(&api);
    let error = json!({ "errorType": "ConfigError", "errorMessage": "DYNAMODB_TABLE is missing" });
    let (answer, status) = tokio::join!(api.invoke(json!({}), MINUTE), runtime.post("init/error", error));
    assert_eq!(status, 202);
    assert_eq!(answer.unwrap_err().to_string(), "the function failed: ConfigError: DYNAMODB_TABLE is missing");
}

#[tokio::test]
async fn an_invocation_without_an_answer_times_out_and_is_not_given_out_later() {
    let api = LambdaRuntimeApi::start().await.unwrap();
    assert_eq!(api.invoke(json!({ "late": true }), Duration::ZERO).await, Err(InvokeError::TimedOut));
    let runtime = Runtime::of(&api);
    let work = async {
        let next = runtime.next().await;
        let id = request_id(&next);
        let event = next.json::<Value>().await.unwrap();
        runtime.post(&format!("invocation/{id}/response"), event).await;
    };
    let (answer, ()) = tokio::join!(api.invoke(json!({ "in time": true }), MINUTE), work);
    assert_eq!(answer, Ok(json!({ "in time": true })));
}

#[tokio::test]
async fn killing_the_process_fails_its_work_and_the_next_process_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let binary = script(folder.path(), "#!/bin/sh\nexec /bin/sleep 1000\n");
    let api = LambdaRuntimeApi::start().await.unwrap();
    let runtime = Runtime::of(&api);

    let process = LambdaProcess::spawn(&api, &binary, [("DYNAMODB_TABLE", "spinout")]).unwrap();
    let (answer, ()) = tokio::join!(api.invoke(json!({}), MINUTE), async {
        runtime.next().await;
        process.kill().await;
    });
    assert_eq!(answer, Err(InvokeError::Ended));

    let process = LambdaProcess::spawn(&api, &binary, [("DYNAMODB_TABLE", "spinout")]).unwrap();
    let (answer, ()) = tokio::join!(api.invoke(json!({}), MINUTE), async {
        let id = request_id(&runtime.next().await);
        runtime.post(&format!("invocation/{id}/response"), json!("done")).await;
    });
    assert_eq!(answer, Ok(json!("done")));
    process.kill().await;
}

#[tokio::test]
async fn a_process_sees_only_the_given_environment() {
    let folder = tempfile::tempdir().unwrap();
    let seen = folder.path().join("environment");
    let binary = script(folder.path(), &format!("#!/bin/sh\n/usr/bin/env > {}\n", seen.display()));
    let api = LambdaRuntimeApi::start().await.unwrap();
    let process = LambdaProcess::spawn(&api, &binary, [("DYNAMODB_TABLE", "spinout")]).unwrap();
    process.wait().await;
    let environment = std::fs::read_to_string(seen).unwrap();
    assert!(environment.contains(&format!("AWS_LAMBDA_RUNTIME_API={}", api.address())));
    assert!(environment.contains("DYNAMODB_TABLE=spinout"));
    assert!(!environment.contains("HOME="));
}
