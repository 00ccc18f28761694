use reqwest::{Method, StatusCode, header};
use serde_json::{Value, json};

/// Somebody who talks to a server, logged in or not.
#[derive(Clone)]
pub struct Client {
    http: reqwest::Client,
    base: String,
    pub token: Option<String>,
    /// The account, once registered or logged in.
    pub user_id: String,
    pub email: String,
}

/// An answer: status, headers, and the body as JSON (null where there is none).
#[derive(Debug)]
pub struct Reply {
    pub status: StatusCode,
    pub headers: header::HeaderMap,
    pub body: Value,
    pub text: String,
}

/// Good enough for the policy, and not a secret.
pub const PASSWORD: &str = "correct horse battery staple";

impl Client {
    pub fn new(base: &str) -> Self {
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        Self { http, base: base.to_owned(), token: None, user_id: String::new(), email: String::new() }
    }

    /// A new account whose organization has a name of its own.
    pub async fn register(&self, name: &str) -> Self {
        let email = format!("{}@example.com", name.to_lowercase().replace(' ', "."));
        self.register_in(&email, name, &format!("{name} Incorporated")).await
    }

    pub async fn register_in(&self, email: &str, name: &str, organization: &str) -> Self {
        let body = json!({ "email": email, "password": PASSWORD, "name": name, "organization": organization });
        let reply = self.post("/api/v1/auth/register", body).await.expect(201);
        self.holding(&reply)
    }

    /// A new account that names no organization.
    pub async fn sign_up(&self, name: &str) -> Self {
        let email = format!("{}@example.com", name.to_lowercase().replace(' ', "."));
        self.sign_up_as(&email, name).await
    }

    pub async fn sign_up_as(&self, email: &str, name: &str) -> Self {
        let body = json!({ "email": email, "password": PASSWORD, "name": name });
        let reply = self.post("/api/v1/auth/register", body).await.expect(201);
        self.holding(&reply)
    }

    pub async fn login(&self, email: &str, password: &str) -> Self {
        let reply = self.post("/api/v1/auth/login", json!({ "email": email, "password": password })).await.expect(200);
        self.holding(&reply)
    }

    pub fn holding(&self, reply: &Reply) -> Self {
        let text = |pointer: &str| reply.body.pointer(pointer).unwrap().as_str().unwrap().to_owned();
        Self { token: Some(text("/token")), user_id: text("/user/id"), email: text("/user/email"), ..self.clone() }
    }

    /// Whoever holds this token, or nobody.
    pub fn with_token(&self, token: Option<&str>) -> Self {
        Self { token: token.map(str::to_owned), ..self.clone() }
    }

    /// The same person at another server process.
    pub fn at(&self, other: &Self) -> Self {
        Self { base: other.base.clone(), ..self.clone() }
    }

    pub async fn get(&self, path: &str) -> Reply {
        self.send(Method::GET, path, None).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Reply {
        self.send(Method::POST, path, Some(body)).await
    }

    /// A request that is carried out once, however often it is sent with this key.
    pub async fn post_once(&self, path: &str, key: &str, body: Value) -> Reply {
        self.try_post_once(path, key, body).await.expect("the server does not answer")
    }

    /// Like `post_once`, for a server that may go away meanwhile.
    pub async fn try_post_once(&self, path: &str, key: &str, body: Value) -> reqwest::Result<Reply> {
        let keyed = self.http.post(format!("{}{path}", self.base)).header("Idempotency-Key", key).json(&body);
        self.finish(keyed).await
    }

    pub async fn patch(&self, path: &str, body: Value) -> Reply {
        self.send(Method::PATCH, path, Some(body)).await
    }

    pub async fn put(&self, path: &str, body: Value) -> Reply {
        self.send(Method::PUT, path, Some(body)).await
    }

    pub async fn delete(&self, path: &str) -> Reply {
        self.send(Method::DELETE, path, None).await
    }

    pub async fn delete_with(&self, path: &str, body: Value) -> Reply {
        self.send(Method::DELETE, path, Some(body)).await
    }

    pub async fn send(&self, method: Method, path: &str, body: Option<Value>) -> Reply {
        self.try_send(method, path, body).await.expect("the server does not answer")
    }

    /// Like `send`, for a server that may go away meanwhile.
    pub async fn try_send(&self, method: Method, path: &str, body: Option<Value>) -> reqwest::Result<Reply> {
        let mut request = self.http.request(method, format!("{}{path}", self.base));
        if let Some(body) = body {
            request = request.json(&body);
        }
        self.finish(request).await
    }

    async fn finish(&self, mut request: reqwest::RequestBuilder) -> reqwest::Result<Reply> {
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        let response = request.send().await?;
        let (status, headers) = (response.status(), response.headers().clone());
        let text = response.text().await?;
        let body = serde_json::from_str(&text).unwrap_or(Value::Null);
        Ok(Reply { status, headers, body, text })
    }
}

impl Reply {
    /// This status, or the test fails with the whole answer.
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status.as_u16(), status, "{}", self.text);
        self
    }

    /// A refusal with this status and code, as problem+json.
    #[track_caller]
    pub fn refused(self, status: u16, code: &str) -> Self {
        let reply = self.expect(status);
        assert_eq!(reply.body["code"], code, "{}", reply.text);
        assert_eq!(reply.headers[header::CONTENT_TYPE], "application/problem+json");
        reply
    }

    #[track_caller]
    pub fn text_at(&self, pointer: &str) -> String {
        match self.body.pointer(pointer).and_then(Value::as_str) {
            Some(text) => text.to_owned(),
            None => panic!("no text at {pointer} in {}", self.text),
        }
    }

    #[track_caller]
    pub fn items(&self) -> &Vec<Value> {
        self.body["items"].as_array().expect("a list")
    }
}
