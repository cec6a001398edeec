//! What a page does, without a page.

#![allow(dead_code, reason = "two test programs share it, and each uses a part")]

use futures::{SinkExt, StreamExt};
use reqwest::header::{COOKIE, LOCATION, SET_COOKIE};
use reqwest::redirect::Policy;
use reqwest::{Client, Method, Response};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};
use url::Url;

/// A signed-in driver.
pub struct Browser {
    http: Client,
    api: String,
    pub driver: i64,
    pub token: String,
    /// What nobody else may learn: tokens, cookies, codes.
    pub secrets: Vec<String>,
    refresh_cookie: String,
}

/// An open WebSocket that the server knows the driver of.
pub struct Live(WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Browser {
    /// Signs in at the API as a demo driver, by the sandbox's consent page.
    pub async fn sign_in(api: &str, redirect_uri: &str, driver: i64) -> Self {
        let http = Client::builder().redirect(Policy::none()).build().unwrap();
        let started = http
            .post(format!("{api}/auth/ir/start"))
            .json(&json!({ "redirectUri": redirect_uri }))
            .send()
            .await
            .unwrap();
        let sign_in_cookie = cookie(&started);
        let started: Value = started.json().await.unwrap();
        let authorize = Url::parse(started["authorizeUrl"].as_str().unwrap()).unwrap();

        let mut decision: Vec<(String, String)> = authorize.query_pairs().into_owned().collect();
        decision.push(("member".to_owned(), driver.to_string()));
        let mut consent = authorize.clone();
        consent.set_query(None);
        let decided = http.post(consent).form(&decision).send().await.unwrap();
        let back = Url::parse(decided.headers()[LOCATION].to_str().unwrap()).unwrap();
        let parameter = |name: &str| back.query_pairs().find(|(key, _)| key == name).unwrap().1.into_owned();

        let session = http
            .post(format!("{api}/auth/ir/callback"))
            .header(COOKIE, &sign_in_cookie)
            .json(&json!({ "code": parameter("code"), "state": parameter("state"), "redirectUri": redirect_uri }))
            .send()
            .await
            .unwrap();
        assert_eq!(session.status(), 200, "{}", session.text().await.unwrap());
        let refresh_cookie = cookie(&session);
        let session: Value = session.json().await.unwrap();
        assert_eq!(session["driver"]["driverId"], driver);
        let token = session["accessToken"].as_str().unwrap().to_owned();
        let mut secrets = vec![token.clone(), parameter("code"), parameter("state")];
        secrets.extend([&sign_in_cookie, &refresh_cookie].map(|cookie| secret_of(cookie)));
        Self { http, api: api.to_owned(), driver, token, secrets, refresh_cookie }
    }

    /// Posts with the refresh cookie, and takes over the cookie and the token of the answer; its status.
    pub async fn post_cookie(&mut self, path: &str) -> u16 {
        let request = self.http.post(format!("{}{path}", self.api)).header(COOKIE, &self.refresh_cookie);
        let answer = request.send().await.unwrap();
        let status = answer.status().as_u16();
        let next = cookie(&answer);
        let body: Value = answer.json().await.unwrap_or_default();
        if let Some(token) = body["accessToken"].as_str() {
            self.token = token.to_owned();
            self.secrets.extend([token.to_owned(), secret_of(&next)]);
            self.refresh_cookie = next;
        }
        status
    }

    async fn call(&self, method: Method, path: &str) -> Value {
        let request = self.http.request(method, format!("{}{path}", self.api)).bearer_auth(&self.token);
        let answer = request.send().await.unwrap();
        let status = answer.status();
        let body = answer.text().await.unwrap();
        assert!(status.is_success(), "{path} answered {status}: {body}");
        serde_json::from_str(&body).unwrap()
    }

    pub async fn get(&self, path: &str) -> Value {
        self.call(Method::GET, path).await
    }

    pub async fn post(&self, path: &str) -> Value {
        self.call(Method::POST, path).await
    }

    /// Sends a body; what comes back.
    pub async fn send(&self, method: Method, path: &str, body: &Value) -> Value {
        let request = self.http.request(method, format!("{}{path}", self.api)).bearer_auth(&self.token);
        let answer = request.json(body).send().await.unwrap();
        let status = answer.status();
        let body = answer.text().await.unwrap();
        assert!(status.is_success(), "{path} answered {status}: {body}");
        serde_json::from_str(&body).unwrap()
    }

    /// The ids of all races in the log, newest first.
    pub async fn races(&self) -> Vec<i64> {
        let mut races = Vec::new();
        let mut cursor = String::new();
        loop {
            let page = self.get(&format!("/driver/{}/races?limit=100{cursor}", self.driver)).await;
            races.extend(page["items"].as_array().unwrap().iter().map(|race| race["subsessionId"].as_i64().unwrap()));
            match page["nextCursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => return races,
            }
        }
    }

    /// Opens the live connection.
    pub async fn listen(&self, address: &str) -> Live {
        let (mut socket, _) = connect_async(address).await.unwrap();
        let auth = json!({ "action": "auth", "token": self.token });
        socket.send(Message::text(auth.to_string())).await.unwrap();
        let mut live = Live(socket);
        assert_eq!(live.next(&["authResponse"]).await["success"], true);
        live
    }
}

impl Live {
    /// Says something and waits for an answer of a kind.
    pub async fn ask(&mut self, question: Value, answer: &str) -> Value {
        self.0.send(Message::text(question.to_string())).await.unwrap();
        self.next(&[answer]).await
    }

    /// Waits for the next message of one of these kinds and returns what it says.
    pub async fn next(&mut self, actions: &[&str]) -> Value {
        loop {
            match self.0.next().await.expect("the connection was lost").unwrap() {
                Message::Text(text) => {
                    let message: Value = serde_json::from_str(&text).unwrap();
                    if actions.iter().any(|action| message["action"] == *action) {
                        return message["payload"].clone();
                    }
                }
                Message::Close(frame) => panic!("the connection was closed: {frame:?}"),
                _ => {}
            }
        }
    }
}

/// What is secret about a cookie: the sealed challenge, or the last part of the refresh token.
fn secret_of(cookie: &str) -> String {
    let value = cookie.split(';').next().unwrap().split_once('=').unwrap().1;
    value.rsplit('.').next().unwrap().to_owned()
}

/// The cookies of an answer, as they are sent back.
fn cookie(answer: &Response) -> String {
    let cookies = answer.headers().get_all(SET_COOKIE).iter();
    cookies.map(|cookie| cookie.to_str().unwrap().split(';').next().unwrap()).collect::<Vec<_>>().join("; ")
}
